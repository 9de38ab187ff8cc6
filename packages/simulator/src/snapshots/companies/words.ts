// The texts of the file for the words of the API. The publisher's list of them is not known. These are the texts
// that consumers found in files.

/** The texts of `CompanyCategory` for companies with a subtype. The type does not matter. */
const OF_SUBTYPES: ReadonlyMap<string, string> = new Map([
  ['community-interest-company', 'Community Interest Company'],
]);

const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['ltd', 'Private Limited Company'],
  ['plc', 'Public Limited Company'],
  [
    'private-limited-guarant-nsc-limited-exemption',
    "PRI/LBG/NSC (Private, Limited by guarantee, no share capital, use of 'Limited' exemption)",
  ],
  ['private-limited-guarant-nsc', 'PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)'],
  [
    'private-limited-shares-section-30-exemption',
    'PRIV LTD SECT. 30 (Private limited company, section 30 of the Companies Act)',
  ],
  ['private-unlimited', 'Private Unlimited Company'],
  ['private-unlimited-nsc', 'Private Unlimited'],
  ['old-public-company', 'Old Public Company'],
  ['limited-partnership', 'Limited Partnership'],
  ['llp', 'Limited Liability Partnership'],
  ['registered-overseas-entity', 'Overseas Entity'],
  ['charitable-incorporated-organisation', 'Charitable Incorporated Organisation'],
  ['scottish-charitable-incorporated-organisation', 'Scottish Charitable Incorporated Organisation'],
  ['registered-society-non-jurisdictional', 'Registered Society'],
  ['industrial-and-provident-society', 'Industrial and Provident Society'],
  ['royal-charter', 'Royal Charter Company'],
  ['unregistered-company', 'Unregistered Company'],
  ['northern-ireland', 'Northern Ireland'],
  ['investment-company-with-variable-capital', 'Investment Company with Variable Capital'],
  ['icvc-umbrella', 'Investment Company with Variable Capital(Umbrella)'],
  ['icvc-securities', 'Investment Company with Variable Capital (Securities)'],
  ['protected-cell-company', 'Protected Cell Company'],
  ['scottish-partnership', 'Scottish Partnership'],
  ['european-public-limited-liability-company-se', 'European Public Limited-Liability Company (SE)'],
  ['united-kingdom-societas', 'United Kingdom Societas'],
  ['ukeig', 'United Kingdom Economic Interest Grouping'],
  ['further-education-or-sixth-form-college-corporation', 'Further Education and Sixth Form College Corps'],
]);
// Foreign companies, and every type that has no text in the file.
const OTHER_CATEGORY = 'Other company type';

/** Formats `CompanyCategory`. */
export function categoryOf({ type, subtype }: { type: string; subtype?: string | undefined }): string {
  const special = subtype === undefined ? undefined : OF_SUBTYPES.get(subtype);
  return special ?? CATEGORIES.get(type) ?? OTHER_CATEGORY;
}

const STRIKE_OFF = 'active-proposal-to-strike-off';

// Some statuses of the API have several texts, and some texts are ambiguous.
const STATUSES: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ['active', ['Active']],
  ['open', ['Active']],
  ['registered', ['Registered']],
  ['liquidation', ['Liquidation']],
  ['administration', ['In Administration', 'ADMINISTRATION ORDER', 'In Administration/Receiver Manager']],
  [
    'receivership',
    [
      'RECEIVERSHIP',
      'Live but Receiver Manager on at least one charge',
      'ADMINISTRATIVE RECEIVER',
      'RECEIVER MANAGER / ADMINISTRATIVE RECEIVER',
    ],
  ],
  ['voluntary-arrangement', ['Voluntary Arrangement', 'VOLUNTARY ARRANGEMENT / RECEIVER MANAGER']],
  [
    'insolvency-proceedings',
    ['In Administration/Administrative Receiver', 'VOLUNTARY ARRANGEMENT / ADMINISTRATIVE RECEIVER'],
  ],
]);

/** The statuses of companies that are not in the file. */
const NOT_LISTED: ReadonlySet<string> = new Set(['dissolved', 'converted-closed', 'closed', 'removed']);

/** Whether a company of this status is in the file. */
export function isLive(status: string): boolean {
  return !NOT_LISTED.has(status);
}

/** Formats `CompanyStatus`. The number of the company selects one of several texts. */
export function statusOf(company: {
  readonly company_number: string;
  readonly company_status: string;
  readonly company_status_detail?: string | undefined;
}): string {
  const { company_number, company_status, company_status_detail } = company;
  if (company_status_detail === STRIKE_OFF) return 'Active - Proposal to Strike off';
  const texts = STATUSES.get(company_status) ?? [company_status];
  return texts.length === 1 ? texts[0] : (texts[Number(company_number.slice(-2)) % texts.length] ?? texts[0]);
}

const ACCOUNT_CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['null', 'NO ACCOUNTS FILED'],
  ['no-accounts-type-available', 'ACCOUNTS TYPE NOT AVAILABLE'],
  ['audit-exemption-subsidiary', 'AUDIT EXEMPTION SUBSIDIARY'],
  ['audited-abridged', 'AUDITED ABRIDGED'],
  ['dormant', 'DORMANT'],
  ['filing-exemption-subsidiary', 'FILING EXEMPTION SUBSIDIARY'],
  ['full', 'FULL'],
  ['group', 'GROUP'],
  ['initial', 'INITIAL'],
  ['medium', 'MEDIUM'],
  ['micro-entity', 'MICRO ENTITY'],
  ['partial-exemption', 'PARTIAL EXEMPTION'],
  ['small', 'SMALL'],
  ['total-exemption-full', 'TOTAL EXEMPTION FULL'],
  ['total-exemption-small', 'TOTAL EXEMPTION SMALL'],
  ['unaudited-abridged', 'UNAUDITED ABRIDGED'],
]);

/** Formats `Accounts.AccountCategory`. It is empty for some companies. */
export function accountCategoryOf(type: string | undefined): string {
  return type === undefined ? '' : (ACCOUNT_CATEGORIES.get(type) ?? '');
}

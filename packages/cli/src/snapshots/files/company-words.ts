// Maps words of the company file to words of the API. No mapping is published; this one is what consumers agree on
// (DOMAIN §5). Where they disagree, the text of the file stays until the stream has a value.

/** `CompanyCategory` to `type`. */
export const COMPANY_TYPES: ReadonlyMap<string, string> = new Map([
  ['Private Limited Company', 'ltd'],
  ['Public Limited Company', 'plc'],
  [
    "PRI/LBG/NSC (Private, Limited by guarantee, no share capital, use of 'Limited' exemption)",
    'private-limited-guarant-nsc-limited-exemption',
  ],
  ['PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)', 'private-limited-guarant-nsc'],
  [
    'PRIV LTD SECT. 30 (Private limited company, section 30 of the Companies Act)',
    'private-limited-shares-section-30-exemption',
  ],
  ['Private Unlimited Company', 'private-unlimited'],
  ['Old Public Company', 'old-public-company'],
  ['Limited Partnership', 'limited-partnership'],
  ['Limited Liability Partnership', 'llp'],
  ['Overseas Entity', 'registered-overseas-entity'],
  ['Charitable Incorporated Organisation', 'charitable-incorporated-organisation'],
  ['Scottish Charitable Incorporated Organisation', 'scottish-charitable-incorporated-organisation'],
  ['Registered Society', 'registered-society-non-jurisdictional'],
  ['Industrial and Provident Society', 'industrial-and-provident-society'],
  ['Royal Charter Company', 'royal-charter'],
  ['Unregistered Company', 'unregistered-company'],
  ['Northern Ireland', 'northern-ireland'],
  ['Investment Company with Variable Capital', 'investment-company-with-variable-capital'],
  ['Investment Company with Variable Capital(Umbrella)', 'icvc-umbrella'],
  ['Investment Company with Variable Capital (Securities)', 'icvc-securities'],
  ['Protected Cell Company', 'protected-cell-company'],
  ['Scottish Partnership', 'scottish-partnership'],
  ['European Public Limited-Liability Company (SE)', 'european-public-limited-liability-company-se'],
  ['United Kingdom Societas', 'united-kingdom-societas'],
  ['United Kingdom Economic Interest Grouping', 'ukeig'],
  ['Converted/Closed', 'converted-or-closed'],
  ['Further Education and Sixth Form College Corps', 'further-education-or-sixth-form-college-corporation'],
]);

/** A subtype of several types in the API, so the type is unknown. */
export const COMMUNITY_INTEREST_COMPANY = 'Community Interest Company';

/** `CompanyStatus` to `company_status`. The one notice in the file also has a detail. */
export const COMPANY_STATUSES: ReadonlyMap<string, string> = new Map([
  ['Active', 'active'],
  ['Active - Proposal to Strike off', 'active'],
  ['Dissolved', 'dissolved'],
  ['Liquidation', 'liquidation'],
  ['In Administration', 'administration'],
  ['ADMINISTRATION ORDER', 'administration'],
  ['In Administration/Receiver Manager', 'administration'],
  ['Live but Receiver Manager on at least one charge', 'receivership'],
  ['RECEIVERSHIP', 'receivership'],
  ['Receivership', 'receivership'],
  ['Voluntary Arrangement', 'voluntary-arrangement'],
  ['VOLUNTARY ARRANGEMENT / RECEIVER MANAGER', 'voluntary-arrangement'],
  ['Registered', 'registered'],
]);

/** `CompanyStatus` to `company_status_detail`. */
export const COMPANY_STATUS_DETAILS: ReadonlyMap<string, string> = new Map([
  ['Active - Proposal to Strike off', 'active-proposal-to-strike-off'],
]);

/** A value of `Accounts.AccountCategory` that means that there are no accounts, so no type. */
export const NO_ACCOUNTS = 'NO ACCOUNTS FILED';

/** `Accounts.AccountCategory` to the `type` of the last accounts. */
export const ACCOUNT_TYPES: ReadonlyMap<string, string> = new Map([
  ['ACCOUNTS TYPE NOT AVAILABLE', 'no-accounts-type-available'],
  ['AUDIT EXEMPTION SUBSIDIARY', 'audit-exemption-subsidiary'],
  ['AUDITED ABRIDGED', 'audited-abridged'],
  ['DORMANT', 'dormant'],
  ['FILING EXEMPTION SUBSIDIARY', 'filing-exemption-subsidiary'],
  ['FULL', 'full'],
  ['GROUP', 'group'],
  ['INITIAL', 'initial'],
  ['MEDIUM', 'medium'],
  ['MICRO ENTITY', 'micro-entity'],
  ['PARTIAL EXEMPTION', 'partial-exemption'],
  ['SMALL', 'small'],
  ['TOTAL EXEMPTION FULL', 'total-exemption-full'],
  ['TOTAL EXEMPTION SMALL', 'total-exemption-small'],
  ['UNAUDITED ABRIDGED', 'unaudited-abridged'],
]);

/** The countries of an office that the API has words for. Others stay unchanged. */
export const COUNTRIES: ReadonlyMap<string, string> = new Map(
  [
    'England',
    'Wales',
    'Scotland',
    'Northern Ireland',
    'Great Britain',
    'United Kingdom',
    'Not specified',
  ].map((country) => [country.toUpperCase(), country]),
);

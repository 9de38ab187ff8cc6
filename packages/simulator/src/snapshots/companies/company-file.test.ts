import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../server.ts';
import { fetchFile, fetchTruth, linesOf, readCsv, type TruthLine } from '../../test-snapshots.ts';

const FILE = 'BasicCompanyDataAsOneFile-2026-06-01.csv';
const HEADER =
  'CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,RegAddress.AddressLine1, ' +
  'RegAddress.AddressLine2,RegAddress.PostTown,RegAddress.County,RegAddress.Country,RegAddress.PostCode,' +
  'CompanyCategory,CompanyStatus,CountryOfOrigin,DissolutionDate,IncorporationDate,Accounts.AccountRefDay,' +
  'Accounts.AccountRefMonth,Accounts.NextDueDate,Accounts.LastMadeUpDate,Accounts.AccountCategory,' +
  'Returns.NextDueDate,Returns.LastMadeUpDate,Mortgages.NumMortCharges,Mortgages.NumMortOutstanding,' +
  'Mortgages.NumMortPartSatisfied,Mortgages.NumMortSatisfied,SICCode.SicText_1,SICCode.SicText_2,' +
  'SICCode.SicText_3,SICCode.SicText_4,LimitedPartnerships.NumGenPartners,' +
  'LimitedPartnerships.NumLimPartners,URI,PreviousName_1.CONDATE, PreviousName_1.CompanyName, ' +
  'PreviousName_2.CONDATE, PreviousName_2.CompanyName,PreviousName_3.CONDATE, PreviousName_3.CompanyName,' +
  'PreviousName_4.CONDATE, PreviousName_4.CompanyName,PreviousName_5.CONDATE, PreviousName_5.CompanyName,' +
  'PreviousName_6.CONDATE, PreviousName_6.CompanyName,PreviousName_7.CONDATE, PreviousName_7.CompanyName,' +
  'PreviousName_8.CONDATE, PreviousName_8.CompanyName,PreviousName_9.CONDATE, PreviousName_9.CompanyName,' +
  'PreviousName_10.CONDATE, PreviousName_10.CompanyName,ConfStmtNextDueDate, ConfStmtLastMadeUpDate\r';

type Document = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<string, string>>;

let simulator: Simulator;
let file: Buffer;
let rows: Row[];
let truth: TruthLine[];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5, backlog: 25_000 });
  file = await fetchFile(simulator, FILE, 'at=newest&rows=6000');
  rows = readCsv(file);
  truth = await fetchTruth(simulator, FILE, 'at=newest&rows=6000');
});
afterAll(() => simulator.close());

const inner = (value: unknown): Document => ({ ...Object(value) });
const text = (value: unknown) => (value === undefined ? '' : String(value));
const day = (value: unknown) => text(value).split('-').toReversed().join('/');
const numeral = (value: unknown) => (value === undefined ? '' : String(Number(value)));

/** The expected fields of a document, computed in another way than by the writer. */
function expected(company: Document): Document {
  const office = inner(company.registered_office_address);
  const accounts = inner(company.accounts);
  const last = inner(accounts.last_accounts);
  const reference = inner(accounts.accounting_reference_date);
  const origin = inner(inner(company.foreign_company_details).originating_registry).country;
  const type = company.accounts === undefined || last.type === 'null' ? 'no accounts filed' : text(last.type);
  const names = [...((company.previous_company_names ?? []) as Document[])];
  const codes = (company.sic_codes ?? ['None Supplied']) as string[];
  return {
    CompanyName: company.company_name,
    CompanyNumber: company.company_number,
    'RegAddress.CareOf': text(office.care_of).toUpperCase(),
    'RegAddress.POBox': text(office.po_box),
    'RegAddress.AddressLine1': text(office.address_line_1).toUpperCase(),
    'RegAddress.AddressLine2': text(office.address_line_2).toUpperCase(),
    'RegAddress.PostTown': text(office.locality).toUpperCase(),
    'RegAddress.County': text(office.region).toUpperCase(),
    'RegAddress.Country': text(office.country).toUpperCase(),
    'RegAddress.PostCode': text(office.postal_code),
    CountryOfOrigin: origin ?? 'United Kingdom',
    DissolutionDate: '',
    IncorporationDate: day(company.date_of_creation),
    'Accounts.AccountRefDay': numeral(reference.day),
    'Accounts.AccountRefMonth': numeral(reference.month),
    'Accounts.NextDueDate': day(accounts.next_due),
    'Accounts.LastMadeUpDate': day(last.made_up_to),
    'Accounts.AccountCategory': type.replaceAll('-', ' ').toUpperCase(),
    'Returns.NextDueDate': day(inner(company.annual_return).next_due),
    'Returns.LastMadeUpDate': day(inner(company.annual_return).last_made_up_to),
    URI: `http://business.data.gov.uk/id/company/${company.company_number}`,
    ...Object.fromEntries([1, 2, 3, 4].map((n) => [`SICCode.SicText_${n}`, sic(codes[n - 1])])),
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [
        [`PreviousName_${n + 1}.CONDATE`, day(names[n]?.ceased_on)],
        [`PreviousName_${n + 1}.CompanyName`, text(names[n]?.name)],
      ]).flat(),
    ),
    ConfStmtNextDueDate: day(inner(company.confirmation_statement).next_due),
    ConfStmtLastMadeUpDate: day(inner(company.confirmation_statement).last_made_up_to),
  };
}

function sic(code: string | undefined): unknown {
  if (code === undefined) return '';
  return code.length === 5 ? expect.stringMatching(new RegExp(`^${code} - \\S`)) : code;
}

/** All pairs of a value of a document and the field of its row. */
function pairs(says: (company: Document) => string, column: string): string[] {
  return [...new Set(truth.map(({ data }, index) => `${says(data)}: ${rows[index]?.[column]}`))].sort();
}

describe("Timepoint's simulator writes a file of companies in which", () => {
  it('the header is the publisher’s, spaces included, and every line ends with CRLF', () => {
    const lines = linesOf(file.toString());
    expect(lines[0]).toBe(HEADER);
    expect(lines.every((line) => line.endsWith('\r'))).toBe(true);
    expect(lines).toHaveLength(6_001);
  });

  it('every field is quoted, quotes are doubled, and a name keeps all its letters', () => {
    const lines = linesOf(file.toString()).slice(1);
    expect(lines.every((line) => /^(?:"(?:[^"]|"")*",){54}"(?:[^"]|"")*"\r$/.test(line))).toBe(true);
    expect(lines.some((line) => /^"""[A-Z]/.test(line))).toBe(true);
    const names = rows.map(({ CompanyName }) => CompanyName).join();
    for (const part of ['CAFÉ', '& ', '<', "'S ", '"', '! ']) expect(names).toContain(part);
  });

  it('every row agrees with its document, for companies of the world and invented ones', () => {
    expect(rows).toHaveLength(truth.length);
    for (const [index, row] of rows.entries()) expect(row).toMatchObject(expected(truth[index]?.data ?? {}));
  });

  it('types come under the publisher’s categories, community interest and foreign companies under their own', () => {
    const types = pairs(({ type, subtype }) => `${subtype ?? type}`, 'CompanyCategory');
    expect(types).toEqual([
      'charitable-incorporated-organisation: Charitable Incorporated Organisation',
      'community-interest-company: Community Interest Company',
      'limited-partnership: Limited Partnership',
      'llp: Limited Liability Partnership',
      'ltd: Private Limited Company',
      'oversea-company: Other company type',
      'plc: Public Limited Company',
      'private-limited-guarant-nsc-limited-exemption: PRI/LBG/NSC (Private, Limited by guarantee, no share capital, ' +
        "use of 'Limited' exemption)",
      'private-limited-guarant-nsc: PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)',
      'private-limited-shares-section-30-exemption: PRIV LTD SECT. 30 (Private limited company, section 30 of the ' +
        'Companies Act)',
      'private-unlimited-nsc: Private Unlimited',
      'private-unlimited: Private Unlimited Company',
      'registered-overseas-entity: Overseas Entity',
      'registered-society-non-jurisdictional: Registered Society',
      'royal-charter: Royal Charter Company',
      'scottish-charitable-incorporated-organisation: Scottish Charitable Incorporated Organisation',
      'united-kingdom-societas: United Kingdom Societas',
    ]);
  });

  it('statuses come under every text that is known of them, also those that are read in several ways', () => {
    const statuses = pairs(
      ({ company_status, company_status_detail }) => `${company_status_detail ?? company_status}`,
      'CompanyStatus',
    );
    expect(statuses).toEqual([
      'active-proposal-to-strike-off: Active - Proposal to Strike off',
      'active: Active',
      'administration: ADMINISTRATION ORDER',
      'administration: In Administration',
      'administration: In Administration/Receiver Manager',
      'insolvency-proceedings: In Administration/Administrative Receiver',
      'insolvency-proceedings: VOLUNTARY ARRANGEMENT / ADMINISTRATIVE RECEIVER',
      'liquidation: Liquidation',
      'receivership: ADMINISTRATIVE RECEIVER',
      'receivership: Live but Receiver Manager on at least one charge',
      'receivership: RECEIVER MANAGER / ADMINISTRATIVE RECEIVER',
      'receivership: RECEIVERSHIP',
      'voluntary-arrangement: VOLUNTARY ARRANGEMENT / RECEIVER MANAGER',
      'voluntary-arrangement: Voluntary Arrangement',
    ]);
  });

  it('there are up to ten previous names, four kinds of business, and companies without any', () => {
    expect(rows.some((row) => row['PreviousName_10.CompanyName'] !== '')).toBe(true);
    expect(rows.some((row) => row['SICCode.SicText_4'] !== '')).toBe(true);
    expect(rows.some((row) => row['SICCode.SicText_1'] === 'None Supplied')).toBe(true);
    expect(rows.some((row) => row['Accounts.AccountCategory'] === 'NO ACCOUNTS FILED')).toBe(true);
    // Accounts were filed, but not said which.
    expect(
      rows.some((row) => row['Accounts.AccountCategory'] === '' && row['Accounts.LastMadeUpDate'] !== ''),
    ).toBe(true);
    expect(rows.some((row) => Number(row['LimitedPartnerships.NumLimPartners']) > 0)).toBe(true);
  });

  it('the charges of a company are counted as in their stream', async () => {
    const charges = (await simulator.truth('charges').resources()).filter(({ deleted }) => !deleted);
    const count = (number: string | undefined, ...statuses: string[]) =>
      charges.filter(
        ({ company_number, data }) =>
          company_number === number && statuses.includes(String(inner(data).status)),
      ).length;
    const own = rows.filter(({ CompanyNumber }) =>
      charges.some(({ company_number }) => company_number === CompanyNumber),
    );
    expect(own.length).toBeGreaterThan(20);
    for (const row of own) {
      expect([row['Mortgages.NumMortOutstanding'], row['Mortgages.NumMortSatisfied']].map(Number)).toEqual([
        count(row.CompanyNumber, 'outstanding'),
        count(row.CompanyNumber, 'fully-satisfied'),
      ]);
    }
    for (const row of rows)
      expect(Number(row['Mortgages.NumMortCharges'])).toBe(
        Number(row['Mortgages.NumMortOutstanding']) +
          Number(row['Mortgages.NumMortPartSatisfied']) +
          Number(row['Mortgages.NumMortSatisfied']),
      );
  });

  it('all companies of the world are listed that are neither dissolved nor deleted, by name', async () => {
    const live = (await simulator.truth().resources()).filter(
      ({ deleted, data }) => !deleted && inner(data).company_status !== 'dissolved',
    );
    const listed = live.filter(({ data }) => 'company_name' in inner(data));
    expect(listed.length).toBeLessThan(live.length);
    const numbers = listed.map(({ company_number }) => company_number);
    const own = rows.slice(0, listed.length);
    expect(own.map(({ CompanyNumber }) => CompanyNumber).toSorted()).toEqual(numbers.toSorted());
    const names = own.map(({ CompanyName }) => CompanyName);
    expect(names).toEqual(names.toSorted());
    expect(listed.length).toBeGreaterThan(1_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import { companyFile, companyRecord, HEADER } from '@timepoint/testkit/company-csv';
import { COLUMNS } from './company-columns.ts';
import { readBasicCompanyData } from './read-basic-company-data.ts';
import { collect, inChunks } from './test-chunks.ts';

async function profileOf(changes: Readonly<Record<string, string>>) {
  const [piece] = await collect(readBasicCompanyData(inChunks(companyFile(companyRecord(changes)))));
  return JSON.parse(piece?.rows[0]?.json ?? 'null');
}

describe('Timepoint, converting a company of the file to the shape of the API,', () => {
  it('keeps every value of the file', async () => {
    const profile = await profileOf({
      CompanyNumber: '9876543',
      'RegAddress.CareOf': 'THE HARBOUR MASTER',
      'RegAddress.POBox': '12',
      'RegAddress.AddressLine2': 'LOWER WHARF',
      'RegAddress.County': 'TIDEWATERSHIRE',
      'RegAddress.Country': 'WALES',
      CompanyStatus: 'Active - Proposal to Strike off',
      DissolutionDate: '28/02/2026',
      'Accounts.AccountRefDay': '31',
      'Accounts.AccountRefMonth': '3',
      'Accounts.NextDueDate': '31/12/2026',
      'Accounts.LastMadeUpDate': '31/03/2025',
      'Accounts.AccountCategory': 'MICRO ENTITY',
      'Returns.NextDueDate': '29/05/2017',
      'Returns.LastMadeUpDate': '01/05/2016',
      'Mortgages.NumMortCharges': '3',
      'Mortgages.NumMortOutstanding': '1',
      'Mortgages.NumMortSatisfied': '2',
      'SICCode.SicText_2': '50100 - Sea and coastal passenger water transport',
      'LimitedPartnerships.NumGenPartners': '1',
      'LimitedPartnerships.NumLimPartners': '12',
      'PreviousName_1.CONDATE': '02/01/2020',
      'PreviousName_1.CompanyName': 'TIDAL TWO LTD',
      'PreviousName_2.CONDATE': '01/01/2016',
      'PreviousName_2.CompanyName': 'TIDAL ONE LTD',
      ConfStmtNextDueDate: '15/05/2026',
      ConfStmtLastMadeUpDate: '01/05/2025',
    });
    expect(profile).toEqual({
      company_name: 'TREGARTH TIDAL LIMITED',
      company_number: '09876543',
      type: 'ltd',
      company_status: 'active',
      company_status_detail: 'active-proposal-to-strike-off',
      date_of_creation: '2015-05-01',
      date_of_cessation: '2026-02-28',
      sic_codes: ['01110', '50100'],
      registered_office_address: {
        care_of: 'THE HARBOUR MASTER',
        po_box: '12',
        address_line_1: '4 TIDEWATER ROW',
        address_line_2: 'LOWER WHARF',
        locality: 'PENHALLOW',
        region: 'TIDEWATERSHIRE',
        country: 'Wales',
        postal_code: 'ZZ4 4ZZ',
      },
      accounts: {
        accounting_reference_date: { day: '31', month: '03' },
        next_due: '2026-12-31',
        last_accounts: { made_up_to: '2025-03-31', type: 'micro-entity' },
      },
      confirmation_statement: { next_due: '2026-05-15', last_made_up_to: '2025-05-01' },
      annual_return: { next_due: '2017-05-29', last_made_up_to: '2016-05-01' },
      previous_company_names: [
        { ceased_on: '2020-01-02', name: 'TIDAL TWO LTD' },
        { ceased_on: '2016-01-01', name: 'TIDAL ONE LTD' },
      ],
      has_charges: true,
      mortgages: { charges: 3, outstanding: 1, part_satisfied: 0, satisfied: 2 },
      limited_partnerships: { general_partners: 1, limited_partners: 12 },
      country_of_origin: 'United Kingdom',
    });
  });

  it('omits values that are empty in the file', async () => {
    const only = COLUMNS.map((column) => (column === 'CompanyNumber' ? '"NF001234"' : '')).join(',');
    const [piece] = await collect(readBasicCompanyData(inChunks(`${HEADER}\n${only}\n`)));
    expect(piece?.rows[0]?.json).toBe('{"company_number":"NF001234"}');
  });

  it('omits objects without values, and keeps the order of jsonb', async () => {
    const profile = await profileOf({
      'Accounts.AccountCategory': 'NO ACCOUNTS FILED',
      'Mortgages.NumMortCharges': '',
    });
    expect(Object.keys(profile)).toEqual([
      'type',
      'sic_codes',
      'company_name',
      'company_number',
      'company_status',
      'date_of_creation',
      'country_of_origin',
      'registered_office_address',
    ]);
  });

  it.each([
    ['Limited Partnership', { type: 'limited-partnership' }],
    ['Private Unlimited', { type: 'Private Unlimited' }],
    ['Other company type', { type: 'Other company type' }],
    ['Sea Company', { type: 'Sea Company' }],
    ['constructor', { type: 'constructor' }],
    ['Community Interest Company', { subtype: 'community-interest-company' }],
    ['', {}],
  ])('converts the category "%s" to a word of the API where consumers agree', async (category, expected) => {
    const { type, subtype } = await profileOf({ CompanyCategory: category });
    expect({ type, subtype }).toEqual({ type: undefined, subtype: undefined, ...expected });
  });

  it.each([
    ['In Administration/Receiver Manager', 'administration'],
    ['Receivership', 'receivership'],
    ['VOLUNTARY ARRANGEMENT / RECEIVER MANAGER', 'voluntary-arrangement'],
    ['ADMINISTRATIVE RECEIVER', 'ADMINISTRATIVE RECEIVER'],
    ['RECEIVER MANAGER / ADMINISTRATIVE RECEIVER', 'RECEIVER MANAGER / ADMINISTRATIVE RECEIVER'],
    ['Adrift', 'Adrift'],
    ['', undefined],
  ])('converts the status "%s" to a word of the API where consumers agree', async (status, expected) => {
    const profile = await profileOf({ CompanyStatus: status });
    expect([profile.company_status, profile.company_status_detail]).toEqual([expected, undefined]);
  });

  it.each([
    ['ENGLAND', 'England'],
    ['NORTHERN IRELAND', 'Northern Ireland'],
    ['UNITED KINGDOM', 'United Kingdom'],
    ['GREAT BRITAIN', 'Great Britain'],
    ['GUERNSEY', 'GUERNSEY'],
    ['England', 'England'],
  ])('writes %s as %s', async (country, expected) => {
    expect((await profileOf({ 'RegAddress.Country': country })).registered_office_address.country).toBe(
      expected,
    );
  });

  it.each([
    [['None Supplied', '', '', ''], undefined],
    [
      ['99999', '', '', 'Fishing'],
      ['99999', 'Fishing'],
    ],
    [
      ['01110 - A - B', 'None Supplied', '74990 - C', ''],
      ['01110', '74990'],
    ],
  ])('extracts the codes of %j', async (entries, codes) => {
    const changes = Object.fromEntries(entries.map((entry, n) => [`SICCode.SicText_${n + 1}`, entry]));
    expect((await profileOf(changes)).sic_codes).toEqual(codes);
  });

  it.each([
    ['NO ACCOUNTS FILED', { made_up_to: '2025-03-31' }],
    ['', { made_up_to: '2025-03-31' }],
    ['UNAUDITED ABRIDGED', { made_up_to: '2025-03-31', type: 'unaudited-abridged' }],
    ['SECRET', { made_up_to: '2025-03-31', type: 'SECRET' }],
  ])('converts the category "%s" of accounts to a type', async (category, expected) => {
    const changes = { 'Accounts.LastMadeUpDate': '31/03/2025', 'Accounts.AccountCategory': category };
    expect((await profileOf(changes)).accounts).toEqual({ last_accounts: expected });
  });

  it('keeps an incomplete previous name, at its position', async () => {
    const changes = {
      'PreviousName_2.CompanyName': 'B',
      'PreviousName_9.CONDATE': '01/01/2001',
      'PreviousName_10.CompanyName': 'C',
    };
    expect((await profileOf(changes)).previous_company_names).toEqual([
      { name: 'B' },
      { ceased_on: '2001-01-01' },
      { name: 'C' },
    ]);
  });

  it('keeps a count that is not a number unchanged', async () => {
    const profile = await profileOf({
      'Mortgages.NumMortCharges': 'many',
      'Mortgages.NumMortSatisfied': '0',
    });
    expect(profile.mortgages).toEqual({ charges: 'many', outstanding: 0, part_satisfied: 0, satisfied: 0 });
    expect(profile.has_charges).toBeUndefined();
  });

  it('keeps text unchanged', async () => {
    const name = ' "Tŷ" \\ / <A> & B\u2028\t🐝  ';
    expect((await profileOf({ CompanyName: name })).company_name).toBe(name);
  });
});

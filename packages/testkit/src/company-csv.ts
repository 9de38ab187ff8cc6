import { COLUMNS } from '@timepoint/cli/snapshots/files/company-columns';

/** For tests: the header of the publisher, which has a space before some names. */
export const HEADER = COLUMNS.map((column) =>
  /^(CompanyNumber|RegAddress.AddressLine2|PreviousName_(1.CONDATE|\d+.CompanyName)|ConfStmtLastMadeUpDate)$/.test(
    column,
  )
    ? ` ${column}`
    : column,
).join(',');

const COMPANY: Readonly<Record<string, string>> = {
  CompanyName: 'TREGARTH TIDAL LIMITED',
  CompanyNumber: '09876543',
  'RegAddress.AddressLine1': '4 TIDEWATER ROW',
  'RegAddress.PostTown': 'PENHALLOW',
  'RegAddress.PostCode': 'ZZ4 4ZZ',
  CompanyCategory: 'Private Limited Company',
  CompanyStatus: 'Active',
  CountryOfOrigin: 'United Kingdom',
  IncorporationDate: '01/05/2015',
  'SICCode.SicText_1': '01110 - Growing of cereals (except rice), leguminous crops and oil seeds',
  URI: 'http://business.data.gov.uk/id/company/09876543',
  'Mortgages.NumMortCharges': '0',
  'Mortgages.NumMortOutstanding': '0',
  'Mortgages.NumMortPartSatisfied': '0',
  'Mortgages.NumMortSatisfied': '0',
  'LimitedPartnerships.NumGenPartners': '0',
  'LimitedPartnerships.NumLimPartners': '0',
};

/** For tests: a record of an invented company without its line end, with some values changed. */
export function companyRecord(changes: Readonly<Record<string, string>> = {}): string {
  const values = { ...COMPANY, ...changes };
  return COLUMNS.map((column) => quoted(values[column] ?? '')).join(',');
}

/** For tests: a file of records, with a header and CRLF as line ends. */
export function companyFile(...records: readonly string[]): string {
  return [HEADER, ...records, ''].join('\r\n');
}

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

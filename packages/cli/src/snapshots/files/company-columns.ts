import { showValue } from '@timepoint/shared/contract/decode-text';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { CsvRecord } from './csv-records.ts';

const PREVIOUS_NAMES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** The columns of the company file, in their order. Some have a space before their name in the file. */
export const COLUMNS: readonly string[] = [
  'CompanyName',
  'CompanyNumber',
  'RegAddress.CareOf',
  'RegAddress.POBox',
  'RegAddress.AddressLine1',
  'RegAddress.AddressLine2',
  'RegAddress.PostTown',
  'RegAddress.County',
  'RegAddress.Country',
  'RegAddress.PostCode',
  'CompanyCategory',
  'CompanyStatus',
  'CountryOfOrigin',
  'DissolutionDate',
  'IncorporationDate',
  'Accounts.AccountRefDay',
  'Accounts.AccountRefMonth',
  'Accounts.NextDueDate',
  'Accounts.LastMadeUpDate',
  'Accounts.AccountCategory',
  'Returns.NextDueDate',
  'Returns.LastMadeUpDate',
  'Mortgages.NumMortCharges',
  'Mortgages.NumMortOutstanding',
  'Mortgages.NumMortPartSatisfied',
  'Mortgages.NumMortSatisfied',
  'SICCode.SicText_1',
  'SICCode.SicText_2',
  'SICCode.SicText_3',
  'SICCode.SicText_4',
  'LimitedPartnerships.NumGenPartners',
  'LimitedPartnerships.NumLimPartners',
  'URI',
  ...PREVIOUS_NAMES.flatMap((n) => [`PreviousName_${n}.CONDATE`, `PreviousName_${n}.CompanyName`]),
  'ConfStmtNextDueDate',
  'ConfStmtLastMadeUpDate',
];

/** The position of a column in a record. */
export function placeOf(column: string): number {
  const place = COLUMNS.indexOf(column);
  if (place < 0) throw new RangeError(`there is no column ${column}`);
  return place;
}

/** The positions of the SIC codes. */
export const SIC_CODE_PLACES = [1, 2, 3, 4].map((n) => placeOf(`SICCode.SicText_${n}`));

/** The positions of the days on which the previous names ended. Each name is in the next column. */
export const PREVIOUS_NAME_PLACES = PREVIOUS_NAMES.map((n) => placeOf(`PreviousName_${n}.CONDATE`));

/**
 * Checks the first record of the company file.
 * @throws TimepointError `snapshot-header` that lists each column that is missing, extra or in another position.
 */
export function checkHeader(header: CsvRecord | undefined): void {
  const differences = findDifferences(header);
  if (differences.length === 0) return;
  const list = differences.map((difference) => `  - ${difference}`).join('\n');
  throw new TimepointError(
    'snapshot-header',
    `The file does not begin with the ${COLUMNS.length} columns of BasicCompanyData:\n${list}\n` +
      'Give the file as Companies House publishes it. If it is unchanged, a newer version of Timepoint must support its columns.',
  );
}

function findDifferences(header: CsvRecord | undefined): string[] {
  if (header === undefined) return ['the file is empty'];
  if (header.fault === 'quotes') return ['its first line is not CSV: the quotes are wrong'];
  const names = header.fields.map((name) => name.trim());
  const differences = COLUMNS.filter((column) => !names.includes(column)).map(
    (column) => `${column} is missing`,
  );
  // Only the order of the known columns counts, as one missing column moves all that follow.
  const known = names.filter((name, place) => COLUMNS.includes(name) && names.indexOf(name) === place);
  const expected = COLUMNS.filter((column) => names.includes(column));
  for (const [place, name] of names.entries()) {
    if (!COLUMNS.includes(name)) differences.push(`column ${place + 1}, ${showValue(name)}, is not known`);
    else if (names.indexOf(name) !== place) differences.push(`column ${place + 1}, ${name}, is there twice`);
    else if (expected[known.indexOf(name)] !== name) {
      differences.push(`column ${place + 1} is ${name}, where ${expected[known.indexOf(name)]} belongs`);
    }
  }
  return differences;
}

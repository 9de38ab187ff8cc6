import { isFileDay } from './calendar-day.ts';
import { COLUMNS } from './company-columns.ts';
import type { CsvRecord } from './csv-records.ts';
import { showValue } from './decode-text.ts';

type Fields = readonly string[];

/** The columns that hold a day: `DissolutionDate`, `PreviousName_1.CONDATE` and their like. */
const DAY_PLACES = [...COLUMNS.keys()].filter((place) => /Date$|CONDATE$/.test(COLUMNS[place] ?? ''));

/** The first value that should be a day and is none, told for a person; null when there is none. */
export function findBadDay(fields: Fields): string | null {
  for (const place of DAY_PLACES) {
    const value = fields[place];
    if (value && !isFileDay(value))
      return explainValue(place, fields, 'is no day of the calendar (DD/MM/YYYY)');
  }
  return null;
}

/** The first value that Postgres can't hold, told for a person; null when there is none. */
export function findUnstorable({ raw, fields }: CsvRecord): string | null {
  // Nearly always nothing is wrong, which is seen faster in the whole.
  if (raw.isWellFormed() && !raw.includes('\0')) return null;
  for (const [place, value] of fields.entries()) {
    if (!value.isWellFormed()) return explainValue(place, fields, 'has bytes that are not UTF-8');
    if (value.includes('\0')) return explainValue(place, fields, 'has the character U+0000');
  }
  return null;
}

/** Says of a value what is wrong with it. */
export function explainValue(place: number, fields: Fields, what: string): string {
  return `${COLUMNS[place]} ${what}: ${showValue(fields[place] ?? '')}`;
}

import { isFileDay } from '@timepoint/shared/contract/calendar-day';
import { showValue } from '@timepoint/shared/contract/decode-text';
import type { Deviation } from '@timepoint/shared/contract/envelope';
import { storableText } from '@timepoint/shared/contract/storable-json';
import { COLUMNS } from './company-columns.ts';
import type { CsvRecord } from './csv-records.ts';

type Fields = readonly string[];

/** The columns with a day, such as `DissolutionDate` or `PreviousName_1.CONDATE`. */
const DAY_PLACES = [...COLUMNS.keys()].filter((place) => /Date$|CONDATE$/.test(COLUMNS[place] ?? ''));

/** Describes the first value that should be a day and is not. Null when there is none. */
export function findBadDay(fields: Fields): string | null {
  for (const place of DAY_PLACES) {
    const value = fields[place];
    if (value && !isFileDay(value)) return explainValue(place, fields, 'is not a calendar day (DD/MM/YYYY)');
  }
  return null;
}

/** The values that Postgres can store, and the replacements by column, as for documents of streams. */
export function toStorable({ raw, fields }: CsvRecord): { fields: Fields; deviations: readonly Deviation[] } {
  // Nearly all records are right, and checking the whole record is faster.
  if (raw.isWellFormed() && !raw.includes('\0')) return { fields, deviations: [] };
  const deviations = fields.flatMap((value, place): Deviation[] => {
    const path = COLUMNS[place] ?? '';
    const found = [
      ...(value.isWellFormed() ? [] : ['a byte that is no UTF-8']),
      ...(value.includes('\0') ? ['U+0000'] : []),
    ];
    return found.map((what) => ({ kind: 'unstorable', path, value: what }));
  });
  return { fields: fields.map(storableText), deviations };
}

/** Describes what is wrong with a value. */
export function explainValue(place: number, fields: Fields, what: string): string {
  return `${COLUMNS[place]} ${what}: ${showValue(fields[place] ?? '')}`;
}

import { isFileDay } from '@timepoint/shared/contract/calendar-day';
import { showValue } from '@timepoint/shared/contract/decode-text';
import type { Deviation } from '@timepoint/shared/contract/envelope';
import { storableText } from '@timepoint/shared/contract/storable-json';
import { COLUMNS } from './company-columns.ts';
import type { CsvRecord } from './csv-records.ts';

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

/** The values as Postgres can hold them, and what was replaced in which column: as in the documents of streams. */
export function toStorable({ raw, fields }: CsvRecord): { fields: Fields; deviations: readonly Deviation[] } {
  // Nearly always nothing is wrong, which is seen faster in the whole.
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

/** Says of a value what is wrong with it. */
export function explainValue(place: number, fields: Fields, what: string): string {
  return `${COLUMNS[place]} ${what}: ${showValue(fields[place] ?? '')}`;
}

import { isCalendarDay } from '@timepoint/shared/contract/calendar-day';

/** The publisher's name of a set of files: the companies, or their controllers. */
export type Product = 'basic-company-data' | 'psc-snapshot';

/** The parts of the name of a file. */
export interface SnapshotName {
  readonly product: Product;
  /** The day of the file, `YYYY-MM-DD`. */
  readonly date: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

const DAY = '(?<date>\\d{4}-\\d{2}-\\d{2})';
const EXTENSIONS = '(?:\\.[a-z0-9]+)*';

const NAMES: readonly (readonly [Product, RegExp])[] = [
  ['basic-company-data', whole(`BasicCompanyDataAsOneFile-${DAY}`)],
  ['basic-company-data', whole(`BasicCompanyData-${DAY}-part(?<part>\\d{1,4})_(?<parts>\\d{1,4})`)],
  ['psc-snapshot', whole(`psc-snapshot-${DAY}_(?<part>\\d{1,4})of(?<parts>\\d{1,4})`)],
  ['psc-snapshot', whole(`persons-with-significant-control-snapshot-${DAY}`)],
];

/** Reads the name of a file, from a path or a URL too. Returns null when it is not a name of the publisher. */
export function parseSnapshotName(name: string): SnapshotName | null {
  const file = name.replace(/[?#].*$/s, '').replace(/^.*[/\\]/s, '');
  for (const [product, pattern] of NAMES) {
    const groups = pattern.exec(file)?.groups;
    if (groups !== undefined) return readName(product, groups);
  }
  return null;
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}${EXTENSIONS}$`, 'i');
}

function readName(product: Product, groups: Record<string, string | undefined>): SnapshotName | null {
  const date = groups.date ?? '';
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const part = Number(groups.part ?? 1);
  const parts = Number(groups.parts ?? 1);
  const isPossible = isCalendarDay(year, month, day) && part >= 1 && part <= parts;
  return isPossible ? { product, date, part, parts } : null;
}

import type { Day } from '../world/calendar.ts';

/** The parts of the name of a snapshot file. */
export interface SnapshotFile {
  readonly product: Product;
  readonly day: Day;
  /** The number of the part, from 1 to `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly isZip: boolean;
  /** The extension of the file inside of a zip. */
  readonly extension: 'csv' | 'txt';
  /** The name of the file inside of a zip. */
  readonly entryName: string;
}

/** The files of companies, and those of their controllers. */
export type Product = 'companies' | 'controllers';

const DAY = String.raw`(?<day>\d{4}-\d\d-\d\d)`;
const PATTERNS: readonly { product: Product; extension: SnapshotFile['extension']; stem: RegExp }[] = [
  { product: 'companies', extension: 'csv', stem: new RegExp(`^BasicCompanyDataAsOneFile-${DAY}$`) },
  {
    product: 'companies',
    extension: 'csv',
    stem: new RegExp(String.raw`^BasicCompanyData-${DAY}-part(?<part>\d{1,3})_(?<parts>\d{1,3})$`),
  },
  {
    product: 'controllers',
    extension: 'txt',
    stem: new RegExp(String.raw`^psc-snapshot-${DAY}_(?<part>\d{1,3})of(?<parts>\d{1,3})$`),
  },
  {
    product: 'controllers',
    extension: 'txt',
    stem: new RegExp(`^persons-with-significant-control-snapshot-${DAY}$`),
  },
];

/** The possible names of files, for messages. */
export const FILE_NAMES =
  'BasicCompanyDataAsOneFile-YYYY-MM-DD.zip or .csv, BasicCompanyData-YYYY-MM-DD-part{i}_{n}.zip or .csv, ' +
  'psc-snapshot-YYYY-MM-DD_{i}of{n}.zip or .txt, persons-with-significant-control-snapshot-YYYY-MM-DD.zip or .txt';

/** Parses the name of a file. Undefined means that no snapshot has this name. */
export function parseFileName(name: string): SnapshotFile | undefined {
  const [, stem = '', ending = ''] = /^(.+)\.(\w+)$/.exec(name) ?? [];
  for (const pattern of PATTERNS) {
    const groups = pattern.stem.exec(stem)?.groups;
    if (groups === undefined || (ending !== 'zip' && ending !== pattern.extension)) continue;
    const { day = '' } = groups;
    const part = Number(groups.part ?? 1);
    const parts = Number(groups.parts ?? 1);
    if (!isCalendarDay(day) || part < 1 || part > parts) return undefined;
    const { product, extension } = pattern;
    const entryName = `${stem}.${extension}`;
    return { product, day, part, parts, isZip: ending === 'zip', extension, entryName };
  }
  return undefined;
}

function isCalendarDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

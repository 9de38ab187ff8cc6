import type { HeldRows } from '@timepoint/database/companies/count-company-rows';
import { oneLine } from '@timepoint/shared/platform/printable';
import { formatTable } from '../format/format-table.ts';

const NONE = '–';

/** Formats the counts of the rows of a company, with a line for each table. */
export function formatHeld(companyNumber: string, held: readonly HeldRows[]): string {
  const rows = held.map(({ stream, rows, deleted, newest_timepoint, newest_published_at }) => [
    stream,
    String(rows),
    String(deleted),
    newest_timepoint === null ? NONE : String(newest_timepoint),
    newest_published_at?.toISOString() ?? NONE,
  ]);
  const table = formatTable(
    ['held', 'rows', 'of them deleted', 'newest timepoint', 'newest published'],
    rows,
  );
  return `${oneLine(companyNumber)}\n${table}`;
}

/** Explains why a company has no profile. */
export const NO_PROFILE =
  'No profile has arrived yet, as the streams have only what changes. The next change of the company or the monthly file\n' +
  '(`timepoint snapshot import`) brings it.';

import type { Sql } from '../database.ts';
import type { SnapshotTotals } from '../snapshots/files/snapshot-piece.ts';

/** What was read of a file. */
export interface ReadCounts {
  /** Good rows by stream. */
  rows: Record<string, number>;
  rejects: number;
  /** What the file itself says that it holds. */
  totals: SnapshotTotals | null;
}

/** Writes down that a whole file is staged. */
export async function saveRead(
  sql: Sql,
  snapshotId: number,
  { rows, rejects, totals }: ReadCounts,
): Promise<void> {
  await sql.query(STATEMENT, [
    snapshotId,
    JSON.stringify({ ...rows, rejects }),
    totals && JSON.stringify(totals),
  ]);
}

const STATEMENT = `
update ingest.snapshots
set state = 'merging', read_at = clock_timestamp(), counts = $2::jsonb, totals = $3::jsonb
where id = $1 and state = 'reading'
`;

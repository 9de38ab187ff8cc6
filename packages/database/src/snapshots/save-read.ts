import type { Sql } from '../pool.ts';
import type { SnapshotTotals } from './snapshot-piece.ts';

/** What was read of a file. */
export interface ReadCounts {
  /** How many chunks were staged. */
  chunks: number;
  /** Good rows by stream. */
  rows: Record<string, number>;
  rejects: number;
  /** What the file itself says that it holds. */
  totals: SnapshotTotals | null;
}

/**
 * Writes down that a whole file is staged; false when it is not, as a crash of Postgres took chunks that nobody waited
 * to see on disk.
 */
export async function saveRead(
  sql: Sql,
  snapshotId: number,
  { chunks, rows, rejects, totals }: ReadCounts,
): Promise<boolean> {
  const saved = await sql.query(STATEMENT, [
    snapshotId,
    JSON.stringify({ ...rows, rejects }),
    totals && JSON.stringify(totals),
    chunks,
  ]);
  return saved.rows.length > 0;
}

const STATEMENT = `
update ingest.snapshots
set state = 'merging', read_at = clock_timestamp(), counts = $2::jsonb, totals = $3::jsonb
where id = $1 and state = 'reading'
  and (select count(*) from ingest.snapshot_chunks where snapshot_id = $1) = $4
returning id
`;

import type { Sql } from '../pool.ts';
import type { SnapshotTotals } from './snapshot-piece.ts';

/** The counts of a file that was read to its end. */
export interface ReadCounts {
  /** The number of chunks that were staged. */
  chunks: number;
  /** Good rows by stream. */
  rows: Record<string, number>;
  rejects: number;
  /** The totals that the file states. */
  totals: SnapshotTotals | null;
}

/**
 * Saves that a whole file is staged. Returns false when it is not, because a crash of Postgres lost chunks whose
 * commits were not yet on disk.
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

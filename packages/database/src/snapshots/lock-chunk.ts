import type { Sql } from '../pool.ts';
import { stagingTable } from './begin-snapshot.ts';

/** A chunk to be merged. */
export interface LockedChunk {
  readonly product: 'basic-company-data' | 'psc-snapshot';
  readonly snapshot_date: string;
  readonly rows: number;
}

/**
 * Locks a chunk that waits to be merged, to the end of the transaction. Returns null when there is nothing to do: it is
 * merged, the file is not read to its end, the import was abandoned, or a crash of Postgres lost its rows, which will
 * be staged again.
 */
export async function lockChunk(sql: Sql, snapshotId: number, chunk: number): Promise<LockedChunk | null> {
  const { rows } = await sql.query<LockedChunk>(LOCK, [snapshotId, chunk]);
  const [locked] = rows;
  if (locked === undefined) return null;
  const staged = await sql.query<{ rows: number }>(
    `select count(*) as rows from ${stagingTable(snapshotId)} where chunk = $1`,
    [chunk],
  );
  return staged.rows[0]?.rows === locked.rows ? locked : null;
}

const LOCK = `
select product, snapshot_date::text, rows
from ingest.snapshot_chunks
join ingest.snapshots on snapshots.id = snapshot_id
where snapshot_id = $1 and chunk = $2 and snapshot_chunks.state = 'staged' and snapshots.state = 'merging'
for update of snapshot_chunks
`;

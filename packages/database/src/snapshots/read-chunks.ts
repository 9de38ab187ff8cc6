import type { Sql } from '../pool.ts';
import { stagingTable } from './begin-snapshot.ts';

export interface HeldChunk {
  readonly chunk: number;
  readonly digest: string;
  readonly rejects: number;
  /** Whether it is merged, or all its rows are in the staging table, which a crash of Postgres empties. */
  readonly is_held: boolean;
  readonly is_merged: boolean;
}

/** The chunks that earlier runs of an import staged. */
export async function readChunks(sql: Sql, snapshotId: number): Promise<HeldChunk[]> {
  return (await sql.query<HeldChunk>(statement(stagingTable(snapshotId)), [snapshotId])).rows;
}

const statement = (staging: string) => `
with staged as (
  select chunk, count(*) as rows from ${staging} group by chunk
)
select
  chunk, digest, rejects,
  state = 'merged' as is_merged,
  state = 'merged' or coalesce(staged.rows, 0) = snapshot_chunks.rows as is_held
from ingest.snapshot_chunks
left join staged using (chunk)
where snapshot_id = $1
`;

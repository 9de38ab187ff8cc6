import type { Sql } from '../pool.ts';

export interface MergedChunk {
  readonly snapshotId: number;
  readonly chunk: number;
  readonly inserted: number;
  readonly updated: number;
  readonly yielded: number;
  /** Resources of which the stream must have missed an event. */
  readonly drifted: number;
  readonly seconds: number;
}

/** Saves that a chunk is merged. */
export async function saveMerged(sql: Sql, chunk: MergedChunk): Promise<void> {
  const { snapshotId, inserted, updated, yielded, drifted, seconds } = chunk;
  await sql.query(STATEMENT, [snapshotId, chunk.chunk, inserted, updated, yielded, drifted, seconds]);
}

const STATEMENT = `
update ingest.snapshot_chunks
set state = 'merged', inserted = $3, updated = $4, yielded = $5, drifted = $6, merge_seconds = $7,
  merged_at = clock_timestamp()
where snapshot_id = $1 and chunk = $2
`;

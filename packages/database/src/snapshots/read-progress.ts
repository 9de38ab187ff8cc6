import type { Sql } from '../pool.ts';

export interface Progress {
  readonly staged_rows: number;
  readonly merged_rows: number;
  readonly rejects: number;
  /** Chunks that wait for a worker. */
  readonly waiting: readonly number[];
  readonly is_done: boolean;
}

/** The progress of an import. */
export async function readProgress(sql: Sql, snapshotId: number): Promise<Progress> {
  const { rows } = await sql.query<Progress>(STATEMENT, [snapshotId]);
  return rows[0] ?? { staged_rows: 0, merged_rows: 0, rejects: 0, waiting: [], is_done: true };
}

const STATEMENT = `
select
  coalesce(sum(rows), 0)::bigint as staged_rows,
  coalesce(sum(rows) filter (where snapshot_chunks.state = 'merged'), 0)::bigint as merged_rows,
  coalesce(sum(rejects), 0)::bigint as rejects,
  coalesce(array_agg(chunk order by chunk) filter (where snapshot_chunks.state = 'staged'), '{}') as waiting,
  snapshots.state in ('done', 'abandoned') as is_done
from ingest.snapshots
left join ingest.snapshot_chunks on snapshot_id = snapshots.id
where snapshots.id = $1
group by snapshots.id
`;

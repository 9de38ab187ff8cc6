import type { Sql } from '../pool.ts';

/** An import and its result. */
export interface SnapshotSummary {
  readonly id: number;
  readonly product: 'basic-company-data' | 'psc-snapshot';
  readonly snapshot_date: string;
  readonly part: number;
  readonly parts: number;
  readonly location: string;
  readonly state: 'reading' | 'merging' | 'done' | 'abandoned';
  readonly rows: number;
  readonly merged: number;
  readonly inserted: number;
  readonly updated: number;
  readonly yielded: number;
  readonly drifted: number;
  readonly rejects: number;
  readonly started_at: Date;
  /** The time until everything was staged. */
  readonly read_seconds: number | null;
  /** The time from then until everything was merged. */
  readonly merge_seconds: number | null;
  /** The time that workers spent on merges, also while the file was read. */
  readonly worker_seconds: number;
  /** How the totals of the file differ from its rows; null when they agree or the file is not read whole. */
  readonly totals_problem: string | null;
  /** The number of differences of schema drift that were first seen in this file. */
  readonly schema_drift: number;
  /** Parts of the same file that no import has read to the end. */
  readonly missing_parts: readonly number[];
}

/** All imports, the newest first, or one. */
export async function readSnapshots(sql: Sql, id: number | null = null): Promise<SnapshotSummary[]> {
  return (await sql.query<SnapshotSummary>(STATEMENT, [id])).rows;
}

// The last part of a file gives the totals of all its parts.
const STATEMENT = `
with newest as (
  select distinct on (product, snapshot_date, part, parts) product, snapshot_date, part, parts, counts, totals
  from ingest.snapshots
  where counts is not null
  order by product, snapshot_date, part, parts, id desc
),
counted as (
  select
    product, snapshot_date, parts,
    count(*) = parts as is_whole,
    array(select generate_series(1, parts) except select unnest(array_agg(part)) order by 1) as missing_parts,
    max((totals ->> 'controllers')::bigint) as stated_controllers,
    max((totals ->> 'statements')::bigint) as stated_statements,
    max((totals ->> 'exemptions')::bigint) as stated_exemptions,
    sum(coalesce((counts ->> 'persons-with-significant-control')::bigint, 0))::bigint as controllers,
    sum(coalesce((counts ->> 'persons-with-significant-control-statements')::bigint, 0))::bigint as statements,
    sum(coalesce((counts ->> 'company-exemptions')::bigint, 0))::bigint as exemptions
  from newest
  group by product, snapshot_date, parts
)
select
  snapshots.id, product, snapshots.snapshot_date::text, part, parts, location, snapshots.state,
  coalesce(sum(chunks.rows), 0)::bigint as rows,
  coalesce(sum(chunks.rows) filter (where chunks.state = 'merged'), 0)::bigint as merged,
  coalesce(sum(inserted), 0)::bigint as inserted,
  coalesce(sum(updated), 0)::bigint as updated,
  coalesce(sum(yielded), 0)::bigint as yielded,
  coalesce(sum(drifted), 0)::bigint as drifted,
  coalesce(sum(chunks.rejects), 0)::bigint as rejects,
  started_at,
  round(extract(epoch from read_at - started_at), 1)::float8 as read_seconds,
  round(extract(epoch from done_at - read_at), 1)::float8 as merge_seconds,
  round(coalesce(sum(chunks.merge_seconds), 0)::numeric, 1)::float8 as worker_seconds,
  case
    when is_whole and (stated_controllers, stated_statements, stated_exemptions) <> (controllers, statements, exemptions)
    then format(
      'The file says that it holds %s controllers, %s statements and %s exemptions, but %s, %s and %s were read.',
      stated_controllers, stated_statements, stated_exemptions, controllers, statements, exemptions)
    when is_whole and product = 'psc-snapshot' and stated_controllers is null
    then 'The line of totals, which ends the file, is not there: it may be cut. Compare its size with the publisher''s.'
  end as totals_problem,
  coalesce(missing_parts, '{}') as missing_parts,
  (select count(*) from ingest.schema_drift where snapshot_id = snapshots.id)::bigint as schema_drift
from ingest.snapshots
left join ingest.snapshot_chunks as chunks on snapshot_id = snapshots.id
left join counted using (product, snapshot_date, parts)
where $1::bigint is null or snapshots.id = $1
group by snapshots.id, counted.is_whole, counted.missing_parts, stated_controllers, stated_statements, stated_exemptions, controllers, statements,
  exemptions
order by snapshots.id desc
`;

import type { Stream } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { namesOf, render } from '../render.ts';

/**
 * Updates the open drift of some resources, or of all with null, from their rows. Drift that a newer event or file
 * ended is settled, and new drift is added. Returns how many of the resources drift: none of a stream whose resources no
 * file has. Call it in the transaction that wrote the rows.
 */
export async function settleDrift(
  sql: Sql,
  stream: Stream,
  resourceUris: readonly string[] | null,
): Promise<number> {
  if (stream.snapshot === null) return 0;
  const { rows } = await sql.query<{ drifted: number }>(settleStatement(stream), [stream.name, resourceUris]);
  return rows[0]?.drifted ?? 0;
}

/** The statement of {@link settleDrift} for the table of a stream. */
export function settleStatement(stream: Stream): string {
  return render(SETTLE, namesOf(stream));
}

const SETTLE = `
with drifting as (
  select
    resource_uri, company_number, stream_data, published_at, snapshot_data, snapshot_date, timepoint,
    data_timepoint is distinct from timepoint as was_deleted
  from register.:table
  where ($2::text[] is null or resource_uri = any($2))
    and snapshot_date is not null and timepoint is not null
    and not register.stream_wins(published_at, snapshot_date)
),
current as (
  -- A path with dots can belong to two fields, one of which has dots in its name.
  select distinct on (resource_uri, field)
    resource_uri, company_number, timepoint, snapshot_date, bounded.field, stream_value, snapshot_value
  from drifting
  cross join lateral (
    select field, stream_value, snapshot_value
    from :drift(stream_data, published_at, snapshot_data, snapshot_date)
    where not was_deleted
    union all
    select 'deleted', 'true', 'false' where was_deleted
  ) as found(field, stream_value, snapshot_value)
  -- The name of a field is a part of the primary key, and can have any length.
  cross join lateral (
    select case
      when octet_length(found.field) <= 1000 then found.field
      else left(found.field, 200) || '… ' || md5(found.field)
    end as field
  ) as bounded
),
settled as (
  update ingest.drift
  set settled_at = now()
  where stream = $1 and ($2::text[] is null or resource_uri = any($2)) and settled_at is null
    and not exists (
      select from current
      where (current.resource_uri, current.field, current.snapshot_date)
        = (drift.resource_uri, drift.field, drift.snapshot_date)
    )
),
added as (
  insert into ingest.drift as held
    (stream, resource_uri, field, snapshot_date, company_number, stream_value, snapshot_value, stream_timepoint)
  select $1, resource_uri, field, snapshot_date, company_number, stream_value, snapshot_value, timepoint
  from current
  order by resource_uri collate "C", field
  on conflict (stream, resource_uri, field, snapshot_date) do update set
    stream_value = excluded.stream_value,
    snapshot_value = excluded.snapshot_value,
    stream_timepoint = excluded.stream_timepoint,
    settled_at = null
  where (held.stream_value, held.snapshot_value, held.stream_timepoint, held.settled_at)
    is distinct from (excluded.stream_value, excluded.snapshot_value, excluded.stream_timepoint, null)
)
select count(distinct resource_uri) as drifted from current
`;

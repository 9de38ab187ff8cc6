import type { Stream } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { namesOf, render } from '../render.ts';

export interface Exchanged {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * Makes the table of a stream equal to the temporary table `rebuilt`, and writes no row that is equal already. Rows of
 * events up to `logAfter`, which the log no longer has, stay, and so do the documents of files.
 */
export async function exchangeRows(sql: Sql, stream: Stream, logAfter: number): Promise<Exchanged> {
  const { rows } = await sql.query<Exchanged>(exchangeStatement(stream), [logAfter]);
  return rows[0] ?? { added: 0, changed: 0, removed: 0 };
}

/** The statement of {@link exchangeRows} for the table of a stream. */
export function exchangeStatement(stream: Stream): string {
  return render(stream.snapshot === null ? EXCHANGE : EXCHANGE_WITH_FILE, namesOf(stream));
}

// `expected` is the row of each resource that follows from the log; `unexpected` has no events there, although the log goes
// back to its timepoint.
const EXCHANGE = `
with expected as (
  select
    rebuilt.resource_uri, rebuilt.resource_kind, rebuilt.company_number, rebuilt.timepoint, rebuilt.published_at,
    rebuilt.deleted,
    case when is_kept then held.data else rebuilt.data end as data,
    case when is_kept then held.data_timepoint else rebuilt.data_timepoint end as data_timepoint
  from rebuilt
  left join register.:table as held using (resource_uri)
  cross join lateral (select rebuilt.data_timepoint is null and coalesce(held.data_timepoint <= $1, false)) as kept(is_kept)
  -- Events may have expired since the log was folded: such a row must not be set back to them.
  where rebuilt.timepoint > $1
),
unexpected as (
  select resource_uri
  from register.:table as held
  where timepoint > $1 and not exists (select from expected where expected.resource_uri = held.resource_uri)
),
removed as (
  delete from register.:table as held using unexpected where held.resource_uri = unexpected.resource_uri
  returning 1
),
written as (
  insert into register.:table as held
    (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted)
  select resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted
  from expected
  on conflict (resource_uri) do update set
    resource_kind = excluded.resource_kind,
    company_number = excluded.company_number,
    data = excluded.data,
    data_timepoint = excluded.data_timepoint,
    timepoint = excluded.timepoint,
    published_at = excluded.published_at,
    deleted = excluded.deleted,
    updated_at = now()
  where (held.resource_kind, held.company_number, held.data, held.data_timepoint, held.timepoint, held.published_at, held.deleted)
    is distinct from (excluded.resource_kind, excluded.company_number, excluded.data, excluded.data_timepoint,
      excluded.timepoint, excluded.published_at, excluded.deleted)
  returning xmax = 0 as is_new
)
select
  (select count(*) from written where is_new) as added,
  (select count(*) from written where not is_new) as changed,
  (select count(*) from removed) as removed
`;

// A file has the resources of this table too. Every row is computed again: from the log; from the file alone when the log
// lacks its events; or from its own sources when its events have expired or only a file has it.
const EXCHANGE_WITH_FILE = `
with expected as (
  select
    rebuilt.resource_uri, rebuilt.resource_kind, rebuilt.company_number, rebuilt.timepoint, rebuilt.published_at,
    rebuilt.deleted,
    case when is_kept then held.stream_data else rebuilt.data end as data,
    case when is_kept then held.data_timepoint else rebuilt.data_timepoint end as data_timepoint
  from rebuilt
  left join register.:table as held using (resource_uri)
  cross join lateral (select rebuilt.data_timepoint is null and coalesce(held.data_timepoint <= $1, false)) as kept(is_kept)
  -- Events may have expired since the log was folded: such a row must not be set back to them.
  where rebuilt.timepoint > $1
),
unexpected as (
  select resource_uri
  from register.:table as held
  where timepoint > $1 and not exists (select from expected where expected.resource_uri = held.resource_uri)
),
removed as (
  delete from register.:table as held
  using unexpected
  where held.resource_uri = unexpected.resource_uri and held.snapshot_date is null
  returning 1
),
sourced as (
  select
    resource_uri, expected.resource_kind, expected.company_number, expected.data as stream_data,
    expected.data_timepoint, expected.timepoint,
    expected.published_at, held.snapshot_data, held.snapshot_date
  from expected
  left join register.:table as held using (resource_uri)
  union all
  select resource_uri, resource_kind, company_number, null, null, null, null, snapshot_data, snapshot_date
  from unexpected
  join register.:table as held using (resource_uri)
  where snapshot_date is not null
  union all
  select
    resource_uri, resource_kind, company_number, stream_data, data_timepoint, timepoint, published_at, snapshot_data,
    snapshot_date
  from register.:table
  where not exists (select from expected where expected.resource_uri = :table.resource_uri)
    and not exists (select from unexpected where unexpected.resource_uri = :table.resource_uri)
),
written as (
  insert into register.:table as held
    (resource_uri, resource_kind, company_number, data, deleted, stream_data, data_timepoint, timepoint, published_at,
      snapshot_data, snapshot_date)
  select
    resource_uri, resource_kind, company_number,
    :resolve(stream_data, published_at, snapshot_data, snapshot_date),
    register.is_deleted(timepoint, data_timepoint, published_at, snapshot_date),
    stream_data, data_timepoint, timepoint, published_at, snapshot_data, snapshot_date
  from sourced
  on conflict (resource_uri) do update set
    resource_kind = excluded.resource_kind,
    company_number = excluded.company_number,
    data = excluded.data,
    deleted = excluded.deleted,
    stream_data = excluded.stream_data,
    data_timepoint = excluded.data_timepoint,
    timepoint = excluded.timepoint,
    published_at = excluded.published_at,
    updated_at = now()
  where (held.resource_kind, held.company_number, held.data, held.deleted, held.stream_data, held.data_timepoint,
      held.timepoint, held.published_at)
    is distinct from (excluded.resource_kind, excluded.company_number, excluded.data, excluded.deleted,
      excluded.stream_data, excluded.data_timepoint, excluded.timepoint, excluded.published_at)
  returning xmax = 0 as is_new
)
select
  (select count(*) from written where is_new) as added,
  (select count(*) from written where not is_new) as changed,
  (select count(*) from removed) as removed
`;

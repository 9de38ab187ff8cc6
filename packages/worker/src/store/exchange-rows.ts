import type { Stream } from '@timepoint/shared/streams';
import type { Sql } from '../database.ts';
import { sourcesOf } from './sources.ts';

export interface Exchanged {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * Makes the table of a stream equal to the temporary table `rebuilt` and touches no row that is equal already. What
 * comes from events up to `logAfter`, which the log no longer holds, stays, and so does what a file told.
 */
export async function exchangeRows(sql: Sql, stream: Stream, logAfter: number): Promise<Exchanged> {
  const { rows } = await sql.query<Exchanged>(statement(stream), [logAfter]);
  return rows[0] ?? { added: 0, changed: 0, removed: 0 };
}

/** How a row is written by what the stream told and what a file did; `told` is what it is told from. */
function partsOf(stream: Stream) {
  const sources = sourcesOf(stream);
  const told =
    'resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, data';
  if (sources === null)
    return {
      document: 'data',
      kept: 'false',
      columns: told,
      values: told,
      compared: 'resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted',
    };
  return {
    document: 'stream_data',
    kept: 'held.snapshot_date is not null',
    columns: `${told}, stream_data, snapshot_data, snapshot_date`,
    values: `resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at,
    register.is_deleted(timepoint, data_timepoint, published_at, snapshot_date),
    ${sources.resolve}(data, published_at, snapshot_data, snapshot_date), data, snapshot_data, snapshot_date`,
    compared:
      'resource_kind, company_number, data, stream_data, data_timepoint, timepoint, published_at, deleted',
  };
}

function statement(stream: Stream): string {
  const { document, kept, columns, values, compared } = partsOf(stream);
  const sourced = sourcesOf(stream) !== null;
  const set = compared.split(', ').map((column) => `${column} = excluded.${column}`);
  const of = (row: string) =>
    compared
      .split(', ')
      .map((column) => `${row}.${column}`)
      .join(', ');
  return `
with told as (
  select
    rebuilt.resource_uri, rebuilt.resource_kind, rebuilt.company_number, rebuilt.timepoint, rebuilt.published_at,
    rebuilt.deleted,
    case when is_kept then held.${document} else rebuilt.data end as data,
    case when is_kept then held.data_timepoint else rebuilt.data_timepoint end as data_timepoint
    ${sourced ? ', held.snapshot_data, held.snapshot_date' : ''}
  from rebuilt
  left join register.${stream.table} as held using (resource_uri)
  cross join lateral (select rebuilt.data_timepoint is null and coalesce(held.data_timepoint <= $1, false)) as kept(is_kept)
),
untold as (
  select resource_uri
  from register.${stream.table} as held
  where timepoint > $1 and not exists (select from told where told.resource_uri = held.resource_uri)
),
removed as (
  delete from register.${stream.table} as held
  using untold
  where held.resource_uri = untold.resource_uri and not (${kept})
  returning 1
),
${
  sourced
    ? `cleared as (
  update register.${stream.table} as held
  set data = snapshot_data, stream_data = null, data_timepoint = null, timepoint = null, published_at = null,
    deleted = false, updated_at = now()
  from untold
  where held.resource_uri = untold.resource_uri and ${kept}
  returning 1
),`
    : ''
}
written as (
  insert into register.${stream.table} as held (${columns})
  select ${values}
  from told
  on conflict (resource_uri) do update set ${set.join(', ')}, updated_at = now()
  where (${of('held')}) is distinct from (${of('excluded')})
  returning xmax = 0 as is_new
)
select
  (select count(*) from written where is_new) as added,
  (select count(*) from written where not is_new)${sourced ? ' + (select count(*) from cleared)' : ''} as changed,
  (select count(*) from removed) as removed
`;
}

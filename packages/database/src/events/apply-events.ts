import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { Stream } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { foldNewest } from './newest-states.ts';
import { sourcesOf } from './sources.ts';

export interface AppliedEvent {
  readonly timepoint: number;
  readonly company_number: string | null;
  readonly outcome: 'applied' | 'stale';
}

/**
 * Writes events into the log, and the newest of each resource into its table. The state is that of the newest event and
 * the document that of the newest changed event, each with its own timepoint, so any order of arrival ends in the same
 * row. Rows are written in key order, so that workers can't deadlock. Returns the events that were not in the log
 * before.
 */
export async function applyEvents(
  sql: Sql,
  { stream, receivedAt }: { stream: Stream; receivedAt: number },
  events: readonly StreamEvent[],
): Promise<AppliedEvent[]> {
  const states = foldNewest(events);
  const places = new Map(events.map((event, place) => [event, place]));
  const { rows } = await sql.query<AppliedEvent>(statement(stream), [
    stream.name,
    new Date(receivedAt),
    // Each line is valid JSON, so the list is too. A text array would have to be escaped character by character.
    `[${events.map((event) => event.line).join(',')}]`,
    events.map((event) => event.timepoint),
    events.map((event) => event.type),
    events.map((event) => event.resourceUri),
    events.map((event) => event.companyNumber),
    events.map((event) => event.publishedAt),
    states.map(({ event }) => event.resourceUri),
    states.map(({ event }) => event.resourceKind),
    states.map(({ event }) => event.companyNumber),
    states.map(({ event }) => event.timepoint),
    states.map(({ event }) => event.publishedAt),
    states.map(({ event }) => event.type === 'deleted'),
    states.map(({ document }) => document?.timepoint ?? null),
    states.map(({ document }) => (document === null ? null : places.get(document))),
  ]);
  return rows;
}

/** Takes a column from the event when it is newer than the row, else from the row. */
const newest = (column: string) =>
  `case when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.${column} else current.${column} end`;
const newestDocument = (column: string) => `case
      when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.${column} else current.${column}
    end`;

/** The columns of the document: that of the stream alone, or the one resolved from the stream and a file. */
function documentColumns(stream: Stream): { columns: string; values: string; changes: string } {
  const sources = sourcesOf(stream);
  const document = `$3::jsonb -> place -> 'data'`;
  if (sources === null) {
    return {
      columns: 'data',
      values: document,
      changes: `data = ${newestDocument('data')},
    deleted = ${newest('deleted')}`,
    };
  }
  return {
    columns: 'data, stream_data',
    values: `${document}, ${document}`,
    changes: `stream_data = ${newestDocument('stream_data')},
    data = case
      when current.snapshot_date is null then ${newestDocument('stream_data')}
      else ${sources.resolve}(
        ${newestDocument('stream_data')}, ${newest('published_at')}, current.snapshot_data, current.snapshot_date)
    end,
    deleted = case
      when current.snapshot_date is null then ${newest('deleted')}
      else register.is_deleted(
        greatest(excluded.timepoint, current.timepoint), greatest(excluded.data_timepoint, current.data_timepoint),
        ${newest('published_at')}, current.snapshot_date)
    end`,
  };
}

// The documents stay in one parameter. Each is picked by its place where it is stored.
function statement(stream: Stream): string {
  const { columns, values, changes } = documentColumns(stream);
  return `
with incoming as (
  select *
  from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]) with ordinality
    as event(timepoint, type, resource_uri, company_number, published_at, ordinal)
),
newest as (
  select *
  from unnest($9::text[], $10::text[], $11::text[], $12::bigint[], $13::timestamptz[], $14::boolean[], $15::bigint[], $16::integer[])
    as state(resource_uri, resource_kind, company_number, timepoint, published_at, deleted, data_timepoint, place)
),
held as (
  select resource_uri, current.timepoint
  from newest
  join register.${stream.table} as current using (resource_uri)
),
upserted as (
  insert into register.${stream.table} as current
    (resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, ${columns})
  select resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, ${values}
  from newest
  order by resource_uri collate "C"
  on conflict (resource_uri) do update set
    resource_kind = ${newest('resource_kind')},
    company_number = ${newest('company_number')},
    published_at = ${newest('published_at')},
    timepoint = greatest(excluded.timepoint, current.timepoint),
    data_timepoint = greatest(excluded.data_timepoint, current.data_timepoint),
    ${changes},
    updated_at = now()
  where excluded.timepoint > coalesce(current.timepoint, -1)
    or excluded.data_timepoint > coalesce(current.data_timepoint, -1)
  returning resource_uri, timepoint
)
insert into ingest.events
  (stream, timepoint, resource_uri, company_number, type, published_at, received_at, payload, outcome)
select
  $1, incoming.timepoint, resource_uri, company_number, type, published_at, $2, $3::jsonb -> (ordinal - 1)::integer,
  case
    when upserted.timepoint >= incoming.timepoint and incoming.timepoint > coalesce(held.timepoint, -1) then 'applied'
    else 'stale'
  end
from incoming
left join held using (resource_uri)
left join upserted using (resource_uri)
order by incoming.timepoint
on conflict (stream, timepoint) do nothing
returning timepoint, company_number, outcome
`;
}

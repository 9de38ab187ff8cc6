import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { Stream } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { namesOf, render } from '../render.ts';
import { foldNewest } from './newest-states.ts';

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
  const { rows } = await sql.query<AppliedEvent>(applyStatement(stream), [
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

/** The statement of {@link applyEvents} for the table of a stream. */
export function applyStatement(stream: Stream): string {
  return render(stream.snapshot === null ? APPLY : APPLY_WITH_FILE, namesOf(stream));
}

// The documents stay in one parameter. Each is picked by its place where it is stored.
const APPLY = `
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
  join register.:table as current using (resource_uri)
),
upserted as (
  insert into register.:table as current
    (resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, data)
  select
    resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted,
    $3::jsonb -> place -> 'data'
  from newest
  order by resource_uri collate "C"
  on conflict (resource_uri) do update set
    resource_kind = case when excluded.timepoint > current.timepoint then excluded.resource_kind else current.resource_kind end,
    company_number = case when excluded.timepoint > current.timepoint then excluded.company_number else current.company_number end,
    published_at = case when excluded.timepoint > current.timepoint then excluded.published_at else current.published_at end,
    timepoint = greatest(excluded.timepoint, current.timepoint),
    deleted = case when excluded.timepoint > current.timepoint then excluded.deleted else current.deleted end,
    data = case when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.data else current.data end,
    data_timepoint = greatest(excluded.data_timepoint, current.data_timepoint),
    updated_at = now()
  where excluded.timepoint > current.timepoint
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

// A file has the resources of this table too. A row that only a file has, has no timepoint yet.
const APPLY_WITH_FILE = `
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
  join register.:table as current using (resource_uri)
),
upserted as (
  insert into register.:table as current
    (resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, data, stream_data)
  select
    resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted,
    $3::jsonb -> place -> 'data', $3::jsonb -> place -> 'data'
  from newest
  order by resource_uri collate "C"
  on conflict (resource_uri) do update set
    resource_kind = case
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.resource_kind else current.resource_kind
    end,
    company_number = case
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.company_number else current.company_number
    end,
    published_at = case
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.published_at else current.published_at
    end,
    timepoint = greatest(excluded.timepoint, current.timepoint),
    data_timepoint = greatest(excluded.data_timepoint, current.data_timepoint),
    stream_data = case
      when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.stream_data else current.stream_data
    end,
    data = case
      when current.snapshot_date is not null then :resolve(
        case when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.stream_data else current.stream_data end,
        case when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.published_at else current.published_at end,
        current.snapshot_data,
        current.snapshot_date)
      when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.stream_data
      else current.stream_data
    end,
    deleted = case
      when current.snapshot_date is not null then register.is_deleted(
        greatest(excluded.timepoint, current.timepoint),
        greatest(excluded.data_timepoint, current.data_timepoint),
        case when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.published_at else current.published_at end,
        current.snapshot_date)
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.deleted
      else current.deleted
    end,
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

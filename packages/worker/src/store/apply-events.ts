import type { StreamEvent } from '@timepoint/shared/envelope';
import type { Sql } from '../database.ts';

export interface AppliedEvent {
  readonly timepoint: number;
  readonly company_number: string | null;
  readonly outcome: 'applied' | 'stale';
}

/**
 * Writes events into the log and the newest of each resource into its table. State follows the newest event
 * and the document follows the newest changed event, each by its own timepoint, so that any order of
 * arrival ends in the same row. Rows are written in key order, so that workers can't deadlock.
 * Returns the events that were not in the log before.
 */
export async function applyEvents(
  sql: Sql,
  { stream, table, receivedAt }: { stream: string; table: string; receivedAt: number },
  events: readonly StreamEvent[],
): Promise<AppliedEvent[]> {
  const { rows } = await sql.query<AppliedEvent>(statement(table), [
    stream,
    new Date(receivedAt),
    events.map((event) => event.timepoint),
    events.map((event) => event.type),
    events.map((event) => event.resourceUri),
    events.map((event) => event.resourceKind),
    events.map((event) => event.companyNumber),
    events.map((event) => event.publishedAt),
    // Each line is valid JSON, so together they are; a text array would have to be escaped character by character.
    `[${events.map((event) => event.line).join(',')}]`,
  ]);
  return rows;
}

const statement = (table: string) => `
with incoming as materialized (
  select timepoint, type, resource_uri, resource_kind, company_number, published_at, payload
  from rows from (
    unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]),
    jsonb_array_elements($9::jsonb)
  ) as line(timepoint, type, resource_uri, resource_kind, company_number, published_at, payload)
),
newest as (
  select distinct on (resource_uri) *
  from incoming
  order by resource_uri, timepoint desc
),
newest_document as (
  select distinct on (resource_uri) resource_uri, timepoint as data_timepoint, payload -> 'data' as data
  from incoming
  where type = 'changed'
  order by resource_uri, timepoint desc
),
held as (
  select resource_uri, current.timepoint
  from newest
  join register.${table} as current using (resource_uri)
),
upserted as (
  insert into register.${table} as current
    (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted)
  select resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, type = 'deleted'
  from newest
  left join newest_document using (resource_uri)
  order by resource_uri
  on conflict (resource_uri) do update set
    resource_kind = case when excluded.timepoint > current.timepoint then excluded.resource_kind else current.resource_kind end,
    published_at = case when excluded.timepoint > current.timepoint then excluded.published_at else current.published_at end,
    deleted = case when excluded.timepoint > current.timepoint then excluded.deleted else current.deleted end,
    timepoint = greatest(excluded.timepoint, current.timepoint),
    data = case
      when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.data else current.data
    end,
    data_timepoint = greatest(excluded.data_timepoint, current.data_timepoint),
    updated_at = now()
  where excluded.timepoint > current.timepoint
    or excluded.data_timepoint > coalesce(current.data_timepoint, -1)
  returning resource_uri, timepoint
),
superseded as (
  update ingest.dead_letters
  set state = 'superseded', last_seen_at = now()
  from incoming
  where dead_letters.stream = $1 and dead_letters.timepoint = incoming.timepoint and dead_letters.state = 'open'
)
insert into ingest.events
  (stream, timepoint, resource_uri, company_number, type, published_at, received_at, payload, outcome)
select
  $1, incoming.timepoint, resource_uri, company_number, type, published_at, $2, payload,
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

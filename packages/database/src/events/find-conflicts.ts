import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { Sql } from '../pool.ts';

/** An event whose timepoint belongs to another event in the log. */
export interface Conflict {
  readonly event: StreamEvent;
  /** The resource of the event in the log. */
  readonly heldUri: string;
}

/**
 * Finds the events that differ from the event with the same timepoint in the log. It compares the content of the
 * envelope and the document, not their spelling. It leaves out `published_at`, because the publisher has written the
 * same moment in several forms. An event whose timepoint has expired from the log is not compared.
 */
export async function findConflicts(
  sql: Sql,
  stream: string,
  events: readonly StreamEvent[],
): Promise<Conflict[]> {
  if (events.length === 0) return [];
  const { rows } = await sql.query<{ place: number; held_uri: string }>(STATEMENT, [
    stream,
    events.map(({ timepoint }) => timepoint),
    `[${events.map(({ line }) => line).join(',')}]`,
  ]);
  return rows.flatMap(({ place, held_uri: heldUri }) => {
    const event = events[place];
    return event === undefined ? [] : [{ event, heldUri }];
  });
}

// Each block is unpacked once, not once for each of its events.
const STATEMENT = `
with come as (
  select timepoint, ordinal - 1 as place, $3::jsonb -> (ordinal - 1)::integer as payload
  from unnest($2::bigint[]) with ordinality as event(timepoint, ordinal)
),
held as (
  select come.place, come.payload as come_payload, timepoint, resource_uri, events.payload, block_id
  from come
  join ingest.events using (timepoint)
  where events.stream = $1
),
opened as (
  select key::bigint as timepoint, value as payload
  from (select distinct block_id from held where block_id is not null) as packed
  join ingest.event_blocks on event_blocks.id = packed.block_id
  cross join lateral jsonb_each(payloads)
  where key::bigint = any($2)
)
select place, resource_uri as held_uri
from held
left join opened on opened.timepoint = held.timepoint and held.block_id is not null
where come_payload #- '{event,published_at}' is distinct from
  coalesce(held.payload, opened.payload) #- '{event,published_at}'
order by place
`;

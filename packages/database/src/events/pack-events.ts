import type { Sql } from '../pool.ts';

/** Blocks of this many events are 70 KB raw: large enough to compress well, small enough to open for one event. */
export const BLOCK_EVENTS = 64;
/** A statement packs at most this many events, to keep it short. */
const MAX_EVENTS = 20 * BLOCK_EVENTS;

/**
 * Packs payloads of the log that were received before `receivedBefore` (ms since the epoch) into whole blocks, the
 * oldest first and never beyond the watermark. Returns how many events it packed; 0 when no whole block is left.
 */
export async function packEvents(sql: Sql, stream: string, receivedBefore: number): Promise<number> {
  const { rows } = await sql.query<{ packed: number }>(STATEMENT, [
    stream,
    new Date(receivedBefore),
    MAX_EVENTS,
    BLOCK_EVENTS,
  ]);
  return rows[0]?.packed ?? 0;
}

const STATEMENT = `
with oldest as (
  select events.timepoint, events.payload
  from ingest.coverage
  join ingest.events using (stream)
  where stream = $1
    and events.timepoint > coalesce(packed_up_to, origin)
    and events.timepoint <= ingest.watermark(origin, covered)
    and events.received_at < $2
    and events.block_id is null
  order by events.timepoint
  limit $3
),
placed as (
  select timepoint, payload, (row_number() over (order by timepoint) - 1) / $4::integer as place
  from oldest
),
grouped as (
  select place, max(timepoint) as last_timepoint, jsonb_object_agg(timepoint::text, payload) as payloads
  from placed
  group by place
  having count(*) = $4::integer
),
blocks as (
  insert into ingest.event_blocks (stream, last_timepoint, payloads)
  select $1, last_timepoint, payloads
  from grouped
  order by last_timepoint
  returning id, last_timepoint
),
packed as (
  update ingest.events
  set payload = null, block_id = blocks.id
  from placed
  join grouped using (place)
  join blocks using (last_timepoint)
  where events.stream = $1 and events.timepoint = placed.timepoint
  returning events.timepoint
),
noted as (
  update ingest.coverage
  set packed_up_to = newest.timepoint
  from (select max(timepoint) as timepoint from packed) as newest
  where stream = $1 and newest.timepoint is not null
)
select count(*) as packed from packed
`;

import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { Sql } from '../pool.ts';

export interface ExtendOptions {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
  /** The events that were applied; some can lie before `after`. */
  readonly events: readonly Pick<StreamEvent, 'timepoint' | 'resourceUri' | 'type'>[];
  /** The `id` of the dead letter that was replayed with them; null when none was. */
  readonly replayedLetter: number | null;
  /** Timepoints that arrived, as events or as letters. */
  readonly arrived: readonly number[];
  /** Whether status changes are derived from the stream. */
  readonly isDerived: boolean;
}

/**
 * In one transaction status changes are derived from at most this many events, to keep it short. It counts events, not
 * timepoints: two epochs have too many timepoints between them for any number of steps.
 */
export const MAX_DERIVED = 5_000;

export interface Extended {
  readonly watermark: number;
  /** The end of this step of deriving status changes, which is already saved as done: the watermark, or before it. */
  readonly derivedUpTo: number;
  /** Whether a timepoint that arrived may lie in an accepted hole. */
  readonly isNearHole: boolean;
}

/**
 * Adds the timepoints in `(after, upTo]` to the coverage of a stream and returns its watermark. Under the lock of the
 * coverage it also supersedes open dead letters whose event, or a newer document of whose resource, was applied. A
 * delete supersedes none: the row of a deleted resource keeps its last document. When two transactions have the same
 * timepoint, one broken and one sound, the later one sees the changes of the other.
 */
export async function extendCoverage(
  sql: Sql,
  { stream, after, upTo, events, replayedLetter, arrived, isDerived }: ExtendOptions,
): Promise<Extended> {
  const { rows } = await sql.query<{
    watermark: number;
    derived_up_to: number | null;
    is_near_hole: boolean;
  }>(STATEMENT, [
    stream,
    after,
    upTo,
    events.map(({ timepoint }) => timepoint),
    events.map(({ type, resourceUri }) => (type === 'changed' ? resourceUri : null)),
    replayedLetter,
    arrived.length === 0 ? null : Math.min(...arrived),
    arrived.length === 0 ? null : Math.max(...arrived),
    isDerived,
    MAX_DERIVED,
  ]);
  const [row] = rows;
  const watermark = row?.watermark ?? after;
  return { watermark, derivedUpTo: row?.derived_up_to ?? watermark, isNearHole: row?.is_near_hole === true };
}

const STATEMENT = `
with applied as (
  select * from unnest($4::bigint[], $5::text[]) as applied(timepoint, document_uri)
),
settled as (
  update ingest.dead_letters as letter
  set
    state = case when letter.id = $6 then 'replayed' else 'superseded' end,
    attempts = attempts + (letter.id is not distinct from $6)::integer,
    last_seen_at = now()
  from (
    select id from ingest.dead_letters join applied using (timepoint)
    where stream = $1 and state = 'open' and reason not in ('conflict', 'derivation')
    union
    select id from ingest.dead_letters join applied on resource_uri = document_uri
    where stream = $1 and state = 'open' and reason <> 'derivation' and dead_letters.timepoint < applied.timepoint
    union
    select $6::bigint
  ) as found
  where letter.id = found.id
)
update ingest.coverage
set
  covered = covered + int8multirange(int8range($2, $3, '(]')),
  updated_at = clock_timestamp(),
  derived_up_to = case when $9 then greatest(
    coalesce(derived_up_to, origin),
    coalesce(
      (
        select timepoint - 1 from ingest.events
        where events.stream = $1
          and timepoint > coalesce(derived_up_to, origin)
          and timepoint <= ingest.watermark(origin, covered + int8multirange(int8range($2, $3, '(]')))
        order by timepoint
        offset $10 limit 1
      ),
      ingest.watermark(origin, covered + int8multirange(int8range($2, $3, '(]')))
    )
  ) end
where stream = $1
returning
  ingest.watermark(origin, covered) as watermark,
  derived_up_to,
  exists (
    select from ingest.holes where holes.stream = $1 and state = 'accepted' and holes.after < $8 and up_to >= $7
  ) as is_near_hole
`;

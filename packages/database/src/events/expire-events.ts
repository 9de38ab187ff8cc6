import type { Sql } from '../pool.ts';

export interface ExpireOptions {
  readonly stream: string;
  /** Events that were received before this expire, in ms since the epoch. */
  readonly receivedBefore: number;
  /**
   * Whether an open dead letter keeps the events after it. Once it is applied, they are needed to derive the status
   * changes again.
   */
  readonly isHeldByLetters: boolean;
}

/** A statement covers at most this many timepoints, from the first event on, to keep it short. */
export const MAX_TIMEPOINTS = 20_000;

/**
 * Deletes the oldest events from the log, never beyond the watermark, and saves how far. Returns the timepoint up to
 * which the log is empty now; null when there was nothing to do. It waits for jobs that have locked the coverage: an
 * event that is replayed at the same time is either seen here, or its job sees how far the log has expired.
 */
export async function expireEvents(sql: Sql, options: ExpireOptions): Promise<number | null> {
  const { stream, receivedBefore, isHeldByLetters } = options;
  const values = [stream, new Date(receivedBefore), isHeldByLetters, MAX_TIMEPOINTS];
  await sql.query('select from ingest.coverage where stream = $1 for update', [stream]);
  const { rows } = await sql.query<{ expired_up_to: number }>(STATEMENT, values);
  return rows[0]?.expired_up_to ?? null;
}

const STATEMENT = `
with step as (
  select
    coalesce(expired_up_to, origin) as after,
    -- Two epochs have too many timepoints between them for any number of steps.
    least(
      ingest.watermark(origin, covered),
      (
        select timepoint - 1 + $4 from ingest.events
        where events.stream = $1 and timepoint > coalesce(expired_up_to, origin)
        order by timepoint
        limit 1
      )
    ) as last
  from ingest.coverage
  where stream = $1
),
expiring as (
  select
    after,
    least(
      (
        select timepoint - 1 from ingest.events
        where stream = $1 and timepoint > after and timepoint <= last and received_at >= $2
        order by timepoint
        limit 1
      ),
      (
        select min(timepoint) - 1 from ingest.dead_letters
        where stream = $1 and state = 'open' and $3
      ),
      last
    ) as up_to
  from step
),
-- Without a lower bound: this also deletes events that were left in the expired part.
events as (
  delete from ingest.events
  using expiring
  where stream = $1 and timepoint <= greatest(up_to, after)
),
blocks as (
  delete from ingest.event_blocks
  using expiring
  where stream = $1 and last_timepoint <= up_to
)
update ingest.coverage
set expired_up_to = up_to
from expiring
where stream = $1 and up_to > after
returning expired_up_to
`;

import type { Sql } from '../pool.ts';

export interface ExpireOptions {
  readonly stream: string;
  /** In ms since the epoch. */
  readonly receivedBefore: number;
  /**
   * Whether an open dead letter keeps the events after it: once it is applied, they are needed to derive the
   * status changes again.
   */
  readonly isHeldByLetters: boolean;
}

/** A statement looks at no more timepoints than this, from the first event on, so that it is short. */
export const MAX_TIMEPOINTS = 20_000;

/**
 * Takes the oldest events out of the log, never beyond the watermark, and notes how far. Returns the
 * timepoint up to which the log is empty now; null when there was nothing to do. It waits for the jobs that hold the
 * coverage: an event that is replayed meanwhile either is seen here or sees how far the log has expired.
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
    -- Between two epochs are more timepoints than any number of steps could pass.
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
-- Without a lower bound: the log has nothing of what has expired, whatever was left there.
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

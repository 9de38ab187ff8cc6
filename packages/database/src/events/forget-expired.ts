import type { Sql } from '../pool.ts';
import type { AppliedEvent } from './apply-events.ts';

/**
 * Deletes late events that lie in the expired part of the log, and returns the others. The log is complete after
 * `expiredUpTo` and must be empty before it, because a fold of single older events would be wrong. Such an event has no
 * order any more either, because the events after it have expired.
 */
export async function forgetExpired(
  sql: Sql,
  stream: string,
  expiredUpTo: number | null,
  fresh: readonly AppliedEvent[],
): Promise<readonly AppliedEvent[]> {
  if (expiredUpTo === null) return fresh;
  const older = fresh.flatMap(({ timepoint }) => (timepoint <= expiredUpTo ? timepoint : []));
  if (older.length > 0) await sql.query(STATEMENT, [stream, expiredUpTo, older]);
  return fresh.filter(({ timepoint }) => timepoint > expiredUpTo);
}

const STATEMENT = 'delete from ingest.events where stream = $1 and timepoint <= $2 and timepoint = any($3)';

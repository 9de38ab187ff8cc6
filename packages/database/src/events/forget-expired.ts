import type { Sql } from '../pool.ts';

/**
 * Deletes late events that lie in the expired part of the log. The log is complete after `expiredUpTo` and must be
 * empty before it, because a fold of single older events would be wrong.
 */
export async function forgetExpired(
  sql: Sql,
  stream: string,
  expiredUpTo: number,
  timepoints: readonly number[],
): Promise<void> {
  await sql.query(STATEMENT, [stream, expiredUpTo, timepoints]);
}

const STATEMENT = 'delete from ingest.events where stream = $1 and timepoint <= $2 and timepoint = any($3)';

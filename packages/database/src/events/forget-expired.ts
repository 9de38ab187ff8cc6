import type { Sql } from '../pool.ts';

/**
 * Takes events out of the log again that are older than it: the log is whole from `expiredUpTo` on, and has nothing
 * before, so that whoever folds it is not led astray.
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

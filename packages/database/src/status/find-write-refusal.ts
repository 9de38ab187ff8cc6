import { refusalOf } from '@timepoint/shared/platform/write-refusal';
import { isDataError, type Sql } from '../pool.ts';

/**
 * The error with which Postgres refuses to write; null while it writes, or when this role may not try. It finds out by
 * writing, because a Postgres that is read-only or full still answers reads.
 */
export async function findWriteRefusal(sql: Sql): Promise<string | null> {
  try {
    await tryToWrite(sql);
    return null;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

/**
 * Rejects when Postgres can't be reached or takes no writes: one that is read-only or full still answers reads. That
 * this role may not try, or that a trigger of the user refuses, says nothing of the store.
 */
export async function tryToWrite(sql: Sql): Promise<void> {
  try {
    await sql.query(STATEMENT);
  } catch (error) {
    if (!isForbidden(error) && !isDataError(error)) throw error;
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

/**
 * Nothing of it stays. No row matches the update, which needs the same lock and mode as a batch. No program reads the
 * logical message. The table, whose rows need new blocks of the disk, is dropped at the end.
 */
const STATEMENT = `
do $$
begin
  set local lock_timeout = '3s';
  update ingest.coverage set stream = stream where false;
  perform pg_logical_emit_message(true, 'timepoint', repeat('x', 16384));
  create temporary table timepoint_write_probe (block text) on commit drop;
  insert into timepoint_write_probe select repeat('x', 2000) from generate_series(1, 16);
end
$$
`;

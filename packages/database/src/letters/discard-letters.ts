import type { Sql } from '../pool.ts';

/**
 * Gives dead letters up, but for those that are no longer there to be given up. Returns how many. It waits for the
 * coverage first, as all do that write more than one letter, so that they can't wait for each other.
 */
export async function discardLetters(sql: Sql, ids: readonly number[]): Promise<number> {
  return (await sql.query(STATEMENT, [ids])).rows.length;
}

const STATEMENT = `
with locked as materialized (
  select stream from ingest.coverage
  where stream in (select stream from ingest.dead_letters where id = any($1))
  order by stream
  for update
)
update ingest.dead_letters
set state = 'discarded', last_seen_at = now()
where id = any($1) and state in ('open', 'superseded') and stream in (select stream from locked)
returning id
`;

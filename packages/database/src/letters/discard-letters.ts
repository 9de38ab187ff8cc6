import type { Sql } from '../pool.ts';

/**
 * Discards dead letters that are open or superseded. Returns how many it discarded. It locks the coverage first, like
 * every statement that writes several letters, so that they can't deadlock.
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

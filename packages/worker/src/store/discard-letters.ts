import type { Sql } from '../database.ts';

/** Gives dead letters up, but for those that are no longer there to be given up. Returns how many. */
export async function discardLetters(sql: Sql, ids: readonly number[]): Promise<number> {
  return (await sql.query(STATEMENT, [ids])).rows.length;
}

const STATEMENT = `
update ingest.dead_letters
set state = 'discarded', last_seen_at = now()
where id = any($1) and state in ('open', 'superseded')
returning id
`;

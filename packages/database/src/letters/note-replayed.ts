import type { Sql } from '../pool.ts';

/** Marks a dead letter as replayed. */
export async function noteReplayed(sql: Sql, id: number): Promise<void> {
  await sql.query(STATEMENT, [id]);
}

const STATEMENT = `
update ingest.dead_letters
set state = 'replayed', attempts = attempts + 1, last_seen_at = now()
where id = $1
`;

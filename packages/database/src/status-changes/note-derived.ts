import type { Sql } from '../pool.ts';

/** Saves how far status changes are derived. Call it with the coverage locked. */
export async function noteDerived(sql: Sql, stream: string, upTo: number): Promise<void> {
  await sql.query(STATEMENT, [stream, upTo]);
}

const STATEMENT = 'update ingest.coverage set derived_up_to = $2 where stream = $1';

import type { Sql } from '../pool.ts';

/** Adds the outcome so far to the details of a row of `ingest.audit`. */
export async function noteOutcome(sql: Sql, id: number, outcome: object): Promise<void> {
  await sql.query(STATEMENT, [id, JSON.stringify(outcome)]);
}

const STATEMENT = 'update ingest.audit set details = details || $2 where id = $1';

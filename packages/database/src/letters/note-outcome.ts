import type { Sql } from '../pool.ts';

/** Notes in the audit what came of a deed so far. */
export async function noteOutcome(sql: Sql, id: number, outcome: object): Promise<void> {
  await sql.query(STATEMENT, [id, JSON.stringify(outcome)]);
}

const STATEMENT = 'update ingest.audit set details = details || $2 where id = $1';

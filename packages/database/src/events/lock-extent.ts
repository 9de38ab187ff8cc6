import type { Sql } from '../pool.ts';

/** Locks the coverage of a stream to the end of the transaction; its newest timepoint, null when it has none. */
export async function lockExtent(sql: Sql, stream: string): Promise<number | null> {
  const { rows } = await sql.query<{ newest: number | null }>(STATEMENT, [stream]);
  return rows[0]?.newest ?? null;
}

const STATEMENT = 'select upper(covered) - 1 as newest from ingest.coverage where stream = $1 for update';

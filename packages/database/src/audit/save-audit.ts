import type { Sql } from '../pool.ts';

/** Something that somebody did. */
export interface Deed {
  /** Whoever did it, such as `ada@host`. */
  readonly who: string;
  readonly what: 'replay' | 'dry-run' | 'discard' | 'rewind' | 'rebuild' | 'epoch';
  /** To what it was done, why when a reason was given, and what came of it. */
  readonly details: object;
}

/** Adds a row to `ingest.audit`, and returns its `id`. */
export async function saveAudit(sql: Sql, { who, what, details }: Deed): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(STATEMENT, [who, what, JSON.stringify(details)]);
  return rows[0]?.id ?? 0;
}

const STATEMENT = 'insert into ingest.audit (who, what, details) values ($1, $2, $3) returning id';

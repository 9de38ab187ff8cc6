import type { Sql } from '../database.ts';

/** Something that somebody did to the copy. */
export interface Deed {
  readonly who: string;
  readonly what: 'replay' | 'dry-run' | 'discard' | 'rewind' | 'rebuild';
  /** To what, why, and what came of it. */
  readonly details: object;
}

/** Adds a row to the audit. */
export async function saveAudit(sql: Sql, { who, what, details }: Deed): Promise<void> {
  await sql.query('insert into ingest.audit (who, what, details) values ($1, $2, $3)', [
    who,
    what,
    JSON.stringify(details),
  ]);
}

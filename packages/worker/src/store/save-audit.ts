import type { Sql } from '../database.ts';

/** Something that somebody did. */
export interface Deed {
  /** Whoever did it, such as `ada@host`. */
  readonly who: string;
  readonly what: 'replay' | 'dry-run' | 'discard' | 'rewind' | 'rebuild';
  /** To what it was done, why when a reason was given, and what came of it. */
  readonly details: object;
}

/** Adds a row to `ingest.audit`. */
export async function saveAudit(sql: Sql, { who, what, details }: Deed): Promise<void> {
  await sql.query('insert into ingest.audit (who, what, details) values ($1, $2, $3)', [
    who,
    what,
    JSON.stringify(details),
  ]);
}

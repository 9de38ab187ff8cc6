import type { Sql } from '../pool.ts';

/** An action to be recorded. */
export interface AuditEntry {
  /** The person or process that acted, such as `ada@host`. */
  readonly who: string;
  readonly what: 'replay' | 'dry-run' | 'discard' | 'rewind' | 'rebuild' | 'epoch';
  /** The subject of the action, its reason when one was given, and its outcome. */
  readonly details: object;
}

/** Adds a row to `ingest.audit`, and returns its `id`. */
export async function saveAudit(sql: Sql, { who, what, details }: AuditEntry): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(STATEMENT, [who, what, JSON.stringify(details)]);
  return rows[0]?.id ?? 0;
}

const STATEMENT = 'insert into ingest.audit (who, what, details) values ($1, $2, $3) returning id';

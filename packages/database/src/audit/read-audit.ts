import type { Sql } from '../pool.ts';

/** A recorded action of a person or a process. */
export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly who: string;
  readonly what: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The latest rows of `ingest.audit`, the newest first. */
export async function readAudit(sql: Sql, limit: number): Promise<AuditRow[]> {
  return (await sql.query<AuditRow>(STATEMENT, [limit])).rows;
}

const STATEMENT = `
select id, at, who, what, details
from ingest.audit
order by at desc, id desc
limit $1
`;

import type { Sql } from '../pool.ts';

/** A line of a file that could not be imported. */
export interface Reject {
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

/** The rejects of an import by line; all of them without a limit. */
export async function readRejects(sql: Sql, snapshotId: number, limit: number | null): Promise<Reject[]> {
  return (await sql.query<Reject>(STATEMENT, [snapshotId, limit])).rows;
}

const STATEMENT = `
select line, reason, raw
from ingest.snapshot_rejects
where snapshot_id = $1
order by line
limit $2
`;

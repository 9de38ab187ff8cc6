import type { Sql } from '../pool.ts';

/** The imports of a product that are under way, all parts together. */
export interface RunningImports {
  readonly product: string;
  readonly imports: number;
  /** Rows that were read, merged ones included. */
  readonly staged: number;
  readonly merged: number;
  readonly rejected: number;
}

/** How far the imports that are under way have come. */
export async function readImports(sql: Sql): Promise<RunningImports[]> {
  return (await sql.query<RunningImports>(STATEMENT)).rows;
}

const STATEMENT = `
select
  product,
  count(*) as imports,
  sum(staged_rows)::bigint as staged,
  sum(merged_rows)::bigint as merged,
  sum(rejects)::bigint as rejected
from ingest.snapshot_progress
where state in ('reading', 'merging')
group by product
`;

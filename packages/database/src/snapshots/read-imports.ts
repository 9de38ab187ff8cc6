import type { Sql } from '../read-only-pool.ts';

/** How far the import of a file has come. */
export interface ImportRow {
  readonly id: number;
  readonly product: string;
  readonly day: string;
  readonly part: number;
  readonly parts: number;
  readonly state: 'reading' | 'merging';
  readonly started_at: Date;
  readonly staged_rows: number;
  readonly merged_rows: number;
  readonly rejects: number;
}

/** The imports that are under way. */
export async function readImports(sql: Sql): Promise<ImportRow[]> {
  return (await sql.query<ImportRow>(STATEMENT)).rows;
}

const STATEMENT = `
select
  id, product, snapshot_date::text as day, part, parts, state, started_at, staged_rows, merged_rows, rejects
from ingest.snapshot_progress
where state in ('reading', 'merging')
order by id
`;

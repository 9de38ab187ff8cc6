import type { Sql } from '../pool.ts';

/** The progress of the import of a file. */
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

/** The imports that are under way, the oldest first. */
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

/** The imports of a product that are under way, all parts together. */
export interface RunningImports {
  readonly product: string;
  readonly imports: number;
  /** Rows that were read, merged ones included. */
  readonly staged: number;
  readonly merged: number;
  readonly rejected: number;
}

/** Sums imports by product. Pure. */
export function sumImports(imports: readonly ImportRow[]): RunningImports[] {
  const products = Map.groupBy(imports, ({ product }) => product);
  return [...products].map(([product, rows]) => ({
    product,
    imports: rows.length,
    staged: rows.reduce((sum, { staged_rows }) => sum + staged_rows, 0),
    merged: rows.reduce((sum, { merged_rows }) => sum + merged_rows, 0),
    rejected: rows.reduce((sum, { rejects }) => sum + rejects, 0),
  }));
}

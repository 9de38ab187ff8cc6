import type { Sql } from '../database.ts';

/** Adds the timepoints in `(after, upTo]` to the coverage of a stream and returns its watermark. */
export async function extendCoverage(
  sql: Sql,
  { stream, after, upTo }: { stream: string; after: number; upTo: number },
): Promise<number> {
  const { rows } = await sql.query<{ watermark: number }>(STATEMENT, [stream, after, upTo]);
  return rows[0]?.watermark ?? after;
}

const STATEMENT = `
update ingest.coverage
set covered = covered + int8multirange(int8range($2, $3, '(]')), updated_at = clock_timestamp()
where stream = $1
returning ingest.watermark(origin, covered) as watermark
`;

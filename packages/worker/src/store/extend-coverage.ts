import type { Sql } from '../database.ts';

export interface ExtendOptions {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
  /** The events that were applied; some can lie before `after`. */
  readonly timepoints: readonly number[];
}

/**
 * Adds the timepoints in `(after, upTo]` to the coverage of a stream and returns its watermark. Dead letters of
 * events that were applied are superseded here, under the lock of the coverage: of two transactions that bring the
 * same timepoint, one broken and one sound, the later one sees what the other did.
 */
export async function extendCoverage(
  sql: Sql,
  { stream, after, upTo, timepoints }: ExtendOptions,
): Promise<number> {
  const { rows } = await sql.query<{ watermark: number }>(STATEMENT, [stream, after, upTo, timepoints]);
  return rows[0]?.watermark ?? after;
}

const STATEMENT = `
with superseded as (
  update ingest.dead_letters
  set state = 'superseded', last_seen_at = now()
  where stream = $1 and state = 'open' and timepoint = any($4)
)
update ingest.coverage
set covered = covered + int8multirange(int8range($2, $3, '(]')), updated_at = clock_timestamp()
where stream = $1
returning ingest.watermark(origin, covered) as watermark
`;

import type { Sql } from '../pool.ts';
import type { StatusRange } from './derive-status-changes.ts';

/** Where a step of so many events ends: the end of the range when it has no more than these. */
export async function readStepEnd(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  maxEvents: number,
): Promise<number> {
  const { rows } = await sql.query<{ end: number }>(STATEMENT, [stream, after, upTo, maxEvents]);
  return rows[0]?.end ?? upTo;
}

const STATEMENT = `
select timepoint - 1 as end from ingest.events
where stream = $1 and timepoint > $2 and timepoint <= $3
order by timepoint
offset $4 limit 1
`;

import type { Sql } from '../pool.ts';

/** The events of some timepoints as JSON, as far as the log has them. */
export async function readPayloads(
  sql: Sql,
  stream: string,
  timepoints: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql.query<{ timepoint: number; payload: string }>(STATEMENT, [stream, timepoints]);
  return new Map(rows.map(({ timepoint, payload }) => [timepoint, payload]));
}

const STATEMENT = `
select timepoint, payload::text as payload
from ingest.event_log
where stream = $1 and timepoint = any($2)
`;

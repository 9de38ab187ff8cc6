import type { Sql } from '../pool.ts';

/** The events of some timepoints as JSON, as far as the log has them. */
export async function readPayloads(
  sql: Sql,
  stream: string,
  timepoints: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql.query<{ timepoint: number; payload: string }>(PAYLOADS, [stream, timepoints]);
  return new Map(rows.map(({ timepoint, payload }) => [timepoint, payload]));
}

const PAYLOADS = `
select timepoint, payload::text as payload
from ingest.event_log
where stream = $1 and timepoint = any($2)
`;

/** The end of a step of at most `maxEvents` events in `(after, upTo]`: `upTo` when the range has no more of them. */
export async function readStepEnd(
  sql: Sql,
  { stream, after, upTo }: { stream: string; after: number; upTo: number },
  maxEvents: number,
): Promise<number> {
  const { rows } = await sql.query<{ end: number }>(STEP_END, [stream, after, upTo, maxEvents]);
  return rows[0]?.end ?? upTo;
}

const STEP_END = `
select timepoint - 1 as end from ingest.events
where stream = $1 and timepoint > $2 and timepoint <= $3
order by timepoint
offset $4 limit 1
`;

import type { Sql } from '../pool.ts';

export interface ResumePoint {
  readonly stream: string;
  readonly origin: number;
  /** The timepoint before the first of the latest epoch; the origin when the stream was never counted anew. */
  readonly beginning: number;
  /** The last timepoint up to which everything since the beginning is in the database. */
  readonly watermark: number;
}

/** Where each stream that has a history would be resumed without losing an event. */
export async function readResumePoints(sql: Sql): Promise<ResumePoint[]> {
  return (await sql.query<ResumePoint>(STATEMENT)).rows;
}

// What was lost of an earlier epoch can't be read again, whatever is asked for.
const STATEMENT = `
select stream, origin, beginning, ingest.watermark(beginning, covered) as watermark
from ingest.coverage
cross join lateral (
  select greatest(origin, max(first) - 1) as beginning from ingest.epochs where epochs.stream = coverage.stream
) as latest
`;

import type { Sql } from '../pool.ts';

/** How far the contiguous prefix of a stream goes. */
export interface Watermark {
  readonly stream: string;
  /** The timepoint before the first event that was ever read of the stream. */
  readonly origin: number;
  readonly watermark: number;
}

/** The watermark of every stream of which something was committed, by name. */
export async function readWatermarks(sql: Sql): Promise<Watermark[]> {
  return (await sql.query<Watermark>(STATEMENT)).rows;
}

const STATEMENT = `
select stream, origin, ingest.watermark(origin, covered) as watermark
from ingest.coverage
order by stream
`;

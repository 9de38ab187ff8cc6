import type { Sql } from '../database.ts';

export interface ResumePoint {
  readonly stream: string;
  readonly origin: number;
  /** The last timepoint up to which everything is in the database. */
  readonly watermark: number;
}

/** Where each stream that has a history would be resumed without losing an event. */
export async function readResumePoints(sql: Sql): Promise<ResumePoint[]> {
  const { rows } = await sql.query<ResumePoint>(
    'select stream, origin, ingest.watermark(origin, covered) as watermark from ingest.coverage',
  );
  return rows;
}

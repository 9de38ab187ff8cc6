import type { Sql } from '../database.ts';

/** How the copy of one stream stands: a row of the view `ingest.status`. */
export interface StreamStatus {
  readonly stream: string;
  readonly newest_timepoint: number | null;
  readonly watermark: number;
  readonly is_contiguous: boolean;
  readonly accepted_holes: number;
  readonly open_holes: number;
  readonly open_dead_letters: number;
  readonly newest_published_at: Date | null;
  readonly committed_at: Date;
  readonly lag_seconds: number | null;
  readonly approximate_rows: number;
}

/** The status of every stream that has a history, by name. */
export async function readStatus(sql: Sql): Promise<StreamStatus[]> {
  const { rows } = await sql.query<StreamStatus>('select * from ingest.status order by stream');
  return rows;
}

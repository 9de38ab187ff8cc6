import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import type { Sql } from '../pool.ts';

/** The status of every stream that has a history, by name. */
export async function readStatus(sql: Sql): Promise<StreamStatus[]> {
  const { rows } = await sql.query<StreamStatus>('select * from ingest.status order by stream');
  return rows;
}

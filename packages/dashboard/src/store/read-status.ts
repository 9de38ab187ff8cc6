import type { Sql } from '@timepoint/database/read-only-pool';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';

/** The status of every stream that has a history, by name. */
export async function readStatus(sql: Sql): Promise<StreamStatus[]> {
  return (await sql.query<StreamStatus>('select * from ingest.status order by stream')).rows;
}

import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import type { Sql } from '../pool.ts';

/** The status of every stream that has a history, by name. */
export async function readStatus(sql: Sql): Promise<StreamStatus[]> {
  const { rows } = await sql.query<StreamStatus>('select * from ingest.status order by stream');
  return rows;
}

/** The newest timepoint of a stream in a minute. */
export interface ActivityRow {
  readonly stream: string;
  /** The beginning of the minute, in seconds since the epoch. */
  readonly second: number;
  readonly newest_timepoint: number | null;
}

/** The activity of the last hour and the minute before it, by stream and minute. */
export async function readActivity(sql: Sql): Promise<ActivityRow[]> {
  return (await sql.query<ActivityRow>(ACTIVITY)).rows;
}

const ACTIVITY = `
select stream, extract(epoch from minute)::bigint as second, newest_timepoint
from ingest.activity
where minute >= date_trunc('minute', now()) - interval '60 minutes'
order by stream, minute
`;

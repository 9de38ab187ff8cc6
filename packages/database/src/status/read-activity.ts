import type { Sql } from '../read-only-pool.ts';

/** Where a stream stood in a minute. */
export interface ActivityRow {
  readonly stream: string;
  /** The beginning of the minute, in seconds since the epoch. */
  readonly second: number;
  readonly newest_timepoint: number | null;
}

/** The last hour and the minute before it, by stream and minute. */
export async function readActivity(sql: Sql): Promise<ActivityRow[]> {
  return (await sql.query<ActivityRow>(STATEMENT)).rows;
}

const STATEMENT = `
select stream, extract(epoch from minute)::bigint as second, newest_timepoint
from ingest.activity
where minute >= date_trunc('minute', now()) - interval '60 minutes'
order by stream, minute
`;

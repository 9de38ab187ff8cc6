import type { Sql } from '../pool.ts';

/** A stream whose log no longer holds its beginning. */
export interface LogBeginning {
  readonly stream: string;
  /** The log holds the events after this timepoint. */
  readonly expired_up_to: number;
}

/** The streams, or the one given, whose first events have expired from the log, by name. */
export async function readLogBeginnings(sql: Sql, stream: string | null): Promise<LogBeginning[]> {
  return (await sql.query<LogBeginning>(STATEMENT, [stream])).rows;
}

const STATEMENT = `
select stream, expired_up_to
from ingest.coverage
where expired_up_to is not null and ($1::text is null or stream = $1)
order by stream
`;

import type { Sql } from '../pool.ts';

/** How far back a stream can be rewound. */
export interface RewindRange {
  /** The timepoint before the first one that was ever read, or before the first of the latest epoch. */
  readonly origin: number;
  readonly newest: number | null;
  /** When the event at the given timepoint, or the nearest before it, was published; null when the log has none. */
  readonly published_at: Date | null;
}

/** The range in which a stream can be rewound; null when no batch of it was committed yet. */
export async function readRewindRange(
  sql: Sql,
  stream: string,
  timepoint: number,
  /** The base of the latest epoch. */
  base: number,
): Promise<RewindRange | null> {
  return (await sql.query<RewindRange>(STATEMENT, [stream, timepoint, base])).rows[0] ?? null;
}

const STATEMENT = `
select
  greatest(origin, $3::bigint) as origin,
  upper(covered) - 1 as newest,
  coalesce(
    (
      select coalesce(published_at, received_at) from ingest.events
      where events.stream = coverage.stream and timepoint <= $2 and timepoint > $3 order by timepoint desc limit 1
    ),
    -- A history that begins with a hole has no event before the timepoint: take the first one.
    (
      select coalesce(published_at, received_at) from ingest.events
      where events.stream = coverage.stream and coalesce(coverage.expired_up_to, 0) < $2 and timepoint > $3
      order by timepoint limit 1
    )
  ) as published_at
from ingest.coverage
where stream = $1
`;

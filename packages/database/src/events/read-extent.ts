import type { Sql } from '../pool.ts';

/** How far the copy of a stream goes. */
export interface Extent {
  /** The log holds the events after this timepoint. */
  readonly log_after: number;
  readonly watermark: number;
  /** Status changes are derived up to here, at most up to the watermark. */
  readonly derived_up_to: number;
  readonly newest: number | null;
  /** Timepoints that the publisher never delivered. */
  readonly accepted: number;
}

/** Null for a stream of which nothing was committed yet. */
export async function readExtent(sql: Sql, stream: string): Promise<Extent | null> {
  return (await sql.query<Extent>(STATEMENT, [stream])).rows[0] ?? null;
}

const STATEMENT = `
select
  coalesce(expired_up_to, origin) as log_after,
  ingest.watermark(origin, covered) as watermark,
  coalesce(derived_up_to, origin) as derived_up_to,
  upper(covered) - 1 as newest,
  (
    select coalesce(sum(up_to - after), 0)::bigint from ingest.holes
    where holes.stream = coverage.stream and state = 'accepted' and cause <> 'epoch'
  ) as accepted
from ingest.coverage
where stream = $1
`;

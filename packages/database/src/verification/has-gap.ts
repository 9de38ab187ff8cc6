import { STREAMS } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/**
 * Whether the copy of a stream may still change by jobs that are on their way: the coverage has a gap, an open hole is
 * not covered, or status changes are not derived up to the watermark.
 */
export async function hasGap(sql: Sql, stream: string): Promise<boolean> {
  return (await sql.query<{ has_gap: boolean }>(STATEMENT, [stream, DERIVED])).rows[0]?.has_gap === true;
}

const DERIVED = STREAMS.filter(({ hasCompanyStatus }) => hasCompanyStatus).map(({ name }) => name);

const STATEMENT = `
select
  exists (
    select from ingest.coverage where stream = $1 and (
      upper(covered) - 1 > ingest.watermark(origin, covered)
      or stream = any($2) and ingest.watermark(origin, covered) > coalesce(derived_up_to, origin)
    )
  )
  or exists (
    select from ingest.holes
    left join ingest.coverage using (stream)
    where stream = $1 and state = 'open' and not coalesce(covered @> int8range(after, up_to, '(]'), false)
  ) as has_gap
`;

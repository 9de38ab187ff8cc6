import type { Sql } from '../database.ts';

/** Whether jobs on their way may yet bring events of a stream: the coverage has a gap, or an open hole is not covered. */
export async function hasGap(sql: Sql, stream: string): Promise<boolean> {
  return (await sql.query<{ has_gap: boolean }>(STATEMENT, [stream])).rows[0]?.has_gap === true;
}

const STATEMENT = `
select
  exists (
    select from ingest.coverage where stream = $1 and upper(covered) - 1 > ingest.watermark(origin, covered)
  )
  or exists (
    select from ingest.holes
    left join ingest.coverage using (stream)
    where stream = $1 and state = 'open' and not coalesce(covered @> int8range(after, up_to, '(]'), false)
  ) as has_gap
`;

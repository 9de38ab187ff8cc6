import type { Sql } from '../pool.ts';

/**
 * Saves the newest timepoint and watermark of each stream, at most once a minute, and deletes rows of more than two
 * days ago.
 */
export async function noteActivity(sql: Sql): Promise<void> {
  await sql.query(NOTED);
}

const NOTED = `
with forgotten as (
  delete from ingest.activity where minute < now() - interval '2 days'
)
insert into ingest.activity (stream, minute, newest_timepoint, watermark)
select stream, date_trunc('minute', now()), upper(covered) - 1, ingest.watermark(origin, covered)
from ingest.coverage
order by stream
on conflict do nothing
`;

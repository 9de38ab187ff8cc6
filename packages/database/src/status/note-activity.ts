import type { Sql } from '../pool.ts';

/** Notes where each stream stands, once a minute however often it is called, and forgets what is older than two days. */
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

import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/** The streams of which status changes are not yet derived up to the watermark. */
export async function readBehind(sql: Sql, streams: readonly StreamName[]): Promise<StreamName[]> {
  return (await sql.query<{ stream: StreamName }>(STATEMENT, [streams])).rows.map(({ stream }) => stream);
}

const STATEMENT = `
select stream
from ingest.coverage
where stream = any($1) and ingest.watermark(origin, covered) > coalesce(derived_up_to, origin)
`;

import type { Sql } from '../pool.ts';
import type { DownstreamHole } from './note-downstream-holes.ts';

/** Accepts an open hole whose events can't be read again, and adds it to the coverage. */
export async function acceptLost(sql: Sql, { stream, after, up_to }: DownstreamHole): Promise<void> {
  await sql.query(STATEMENT, [stream, after, up_to]);
}

const STATEMENT = `
with accepted as (
  update ingest.holes
  set state = 'accepted', updated_at = now()
  where stream = $1 and after = $2 and up_to = $3 and state = 'open'
  returning stream, after, up_to
)
update ingest.coverage
set covered = covered + int8multirange(int8range(accepted.after, accepted.up_to, '(]'))
from accepted
where coverage.stream = accepted.stream
`;

import type { Sql } from '../pool.ts';

export interface DownstreamHole {
  readonly stream: string;
  readonly after: number;
  readonly up_to: number;
  readonly attempts: number;
}

/**
 * Saves the first gap in the coverage of each stream as an open hole, and returns the open holes that are at least
 * `graceSeconds` old: a younger gap may be filled by a job that is on its way. Open holes that were filled become
 * repaired. Those whose events were never requested again are deleted, because one batch had only overtaken another.
 */
export async function noteDownstreamHoles(sql: Sql, graceSeconds: number): Promise<DownstreamHole[]> {
  await sql.query(OVERTAKEN);
  await sql.query(REPAIRED);
  await sql.query(OPENED);
  const { rows } = await sql.query<DownstreamHole>(LASTING, [graceSeconds]);
  return rows;
}

/** Counts an attempt to read the events of a hole again. */
export async function countAttempt(sql: Sql, { stream, after, up_to }: DownstreamHole): Promise<void> {
  await sql.query(ATTEMPTED, [stream, after, up_to]);
}

const OVERTAKEN = `
delete from ingest.holes
using ingest.coverage
where holes.state = 'open' and coverage.stream = holes.stream
  and coverage.covered @> int8range(holes.after, holes.up_to, '(]')
  and cause = 'downstream' and attempts = 0
`;

const REPAIRED = `
update ingest.holes
set state = 'repaired', updated_at = now()
from ingest.coverage
where holes.state = 'open' and coverage.stream = holes.stream
  and coverage.covered @> int8range(holes.after, holes.up_to, '(]')
  and not (cause = 'downstream' and attempts = 0)
`;

// A gap that was accepted since the statement began stays accepted.
const OPENED = `
insert into ingest.holes (stream, after, up_to, cause, state)
select stream, ingest.watermark(origin, covered), lower(part) - 1, 'downstream', 'open'
from ingest.coverage
cross join lateral (
  select part from unnest(covered) as part
  where lower(part) > ingest.watermark(origin, covered) + 1
  order by part
  limit 1
) as next
on conflict (stream, after, up_to) do update set state = 'open', updated_at = now()
where holes.state = 'repaired'
`;

const LASTING = `
select stream, after, up_to, attempts
from ingest.holes
where state = 'open' and first_seen_at < now() - make_interval(secs => $1)
`;

const ATTEMPTED = `
update ingest.holes
set attempts = attempts + 1, updated_at = now()
where stream = $1 and after = $2 and up_to = $3
`;

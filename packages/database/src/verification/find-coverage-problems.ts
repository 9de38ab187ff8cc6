import type { Sql } from '../pool.ts';
import type { Problem } from './problem.ts';

/**
 * Checks that the coverage has no gap, that the log has exactly the events of the coverage, and that no hole and no
 * dead letter is open. An open hole that was filled, and is not yet marked as repaired, counts as repaired. Accepted
 * holes are not a problem of the copy: the publisher never delivered their events.
 */
export async function findCoverageProblems(sql: Sql, stream: string): Promise<Problem[]> {
  return (await sql.query<Problem>(STATEMENT, [stream])).rows;
}

const STATEMENT = `
with known as (
  select
    covered, coalesce(expired_up_to, origin) as after,
    int8multirange(int8range(origin, upper(covered) - 1, '(]')) - covered as gaps
  from ingest.coverage
  where stream = $1
),
place as (
  select timepoint from ingest.events where stream = $1
  union
  select timepoint from ingest.dead_letters where stream = $1 and timepoint is not null
),
step as (
  select lag(timepoint, 1, known.after) over (order by timepoint) as after, timepoint
  from place
  cross join known
  where timepoint > known.after
  union all
  select greatest(known.after, (select max(timepoint) from place)), upper(covered)
  from known
),
absent as (
  select
    coalesce(range_agg(int8range(after + 1, timepoint)) filter (where timepoint > after + 1), '{}') as timepoints
  from step
),
accepted as (
  select coalesce(range_agg(int8range(after, up_to, '(]')), '{}') as timepoints
  from ingest.holes
  where stream = $1 and state = 'accepted'
),
found as (
  select 'gap-in-coverage' as problem, lower(part) || ' to ' || upper(part) - 1 as example
  from known, unnest(gaps) as part
  union all
  select 'missing-event', lower(part) || ' to ' || upper(part) - 1
  from known, absent, accepted, unnest(known.covered * absent.timepoints - accepted.timepoints) as part
  union all
  select 'event-outside-coverage', timepoint::text
  from place
  left join known on true
  where not coalesce(known.covered @> timepoint, false)
  union all
  select 'open-hole', holes.after + 1 || ' to ' || up_to || ' (' || cause || ')'
  from ingest.holes
  left join known on true
  where stream = $1 and state = 'open' and not coalesce(covered @> int8range(holes.after, up_to, '(]'), false)
  union all
  select 'open-dead-letter', coalesce(timepoint::text, 'a line without a timepoint') || ' (' || detail || ')'
  from ingest.dead_letters
  where stream = $1 and state = 'open'
),
ranked as (
  select *, row_number() over (partition by problem order by example) as rank
  from found
)
select problem, count(*) as count, array_agg(example order by rank) filter (where rank <= 3) as examples
from ranked
group by problem
order by problem
`;

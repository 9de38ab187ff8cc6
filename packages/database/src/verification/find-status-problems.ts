import type { Sql } from '../pool.ts';
import { EXPECTED_STATUS_CHANGES } from '../status-changes/expected-status-changes.ts';
import type { Problem } from './problem.ts';

export interface StatusProblemsOptions {
  readonly stream: string;
  /** The log holds the events after this timepoint. */
  readonly after: number;
  /** Status changes are derived up to this timepoint. */
  readonly upTo: number;
}

/**
 * Compares the stored status changes with those that follow from the log, and checks that each continues from the one
 * before it, also where the log has expired.
 */
export async function findStatusProblems(
  sql: Sql,
  { stream, after, upTo }: StatusProblemsOptions,
): Promise<Problem[]> {
  return (await sql.query<Problem>(STATEMENT, [stream, after, upTo, null])).rows;
}

const STATEMENT = `
with expected as (${EXPECTED_STATUS_CHANGES}),
held as (
  select
    *,
    lag(timepoint) over company as timepoint_before,
    lag(to_status) over company as status_before,
    lag(to_status_detail) over company as detail_before
  from register.company_status_changes
  window company as (partition by company_number order by timepoint)
),
-- The refused changes. An open letter is a problem of its own, and a discarded one is accepted.
refused as (
  select company_number, timepoint
  from ingest.dead_letters
  where stream = $1 and reason = 'derivation' and state in ('open', 'discarded')
),
found as (
  select
    coalesce(expected.company_number, held.company_number) as company_number,
    coalesce(expected.timepoint, held.timepoint) as timepoint,
    case
      when held.timepoint is null then 'missing-status-change'
      when expected.timepoint is null then 'unexpected-status-change'
      else 'other-status-change'
    end as problem
  from expected
  full join (select * from held where timepoint > $2) as held using (company_number, timepoint)
  where (expected.published_at, expected.from_status, expected.from_status_detail, expected.to_status, expected.to_status_detail)
    is distinct from (held.published_at, held.from_status, held.from_status_detail, held.to_status, held.to_status_detail)
    and not (
      held.timepoint is null and (expected.company_number, expected.timepoint) in (select company_number, timepoint from refused)
    )
  union all
  select company_number, timepoint, 'broken-chain-of-statuses'
  from held
  where (from_status, from_status_detail) is distinct from (status_before, detail_before)
    and not exists (
      select from refused
      where refused.company_number = held.company_number and refused.timepoint < held.timepoint
        and refused.timepoint > coalesce(timepoint_before, -1)
    )
    or (from_status, from_status_detail) is not distinct from (to_status, to_status_detail)
),
ranked as (
  select *, row_number() over (partition by problem order by company_number, timepoint) as rank
  from found
)
select
  problem, count(*) as count,
  array_agg(company_number || ' at ' || timepoint order by rank) filter (where rank <= 3) as examples
from ranked
group by problem
order by problem
`;

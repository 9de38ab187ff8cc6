import type { Sql } from '../database.ts';

export interface StatusRange {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
}

/**
 * Derives the status changes that the events in `(after, upTo]` tell. Exact when every event up to `upTo` is
 * in the log and those up to `after` are derived: the coverage lock and the watermark see to both.
 */
export async function deriveStatusChanges(sql: Sql, { stream, after, upTo }: StatusRange): Promise<void> {
  await sql.query(derive(''), [stream, after, upTo]);
}

/**
 * Derives the status changes of some companies in `(after, upTo]` again, from the log: for events that were
 * applied only after the watermark had passed them, such as a replayed dead letter. Changes that the log is
 * too short to tell stay.
 */
export async function rebuildStatusChanges(
  sql: Sql,
  { stream, after, upTo }: StatusRange,
  companyNumbers: readonly string[],
): Promise<void> {
  await sql.query(FORGET, [stream, after, upTo, companyNumbers]);
  await sql.query(derive('and company_number = any($4)'), [stream, after, upTo, companyNumbers]);
}

const FORGET = `
delete from register.company_status_changes as change
using ingest.coverage
where coverage.stream = $1
  and change.company_number = any($4)
  and change.timepoint > greatest($2, expired_up_to)
  and change.timepoint <= $3
`;

// A delete and a stub say nothing of the status: only changed events that carry one are steps.
const derive = (companies: string) => `
with step as (
  select
    company_number, timepoint, published_at,
    payload #>> '{data,company_status}' as status,
    payload #>> '{data,company_status_detail}' as detail
  from ingest.event_log
  where stream = $1 and timepoint > $2 and timepoint <= $3
    and type = 'changed' and company_number is not null and payload #>> '{data,company_status}' is not null
    ${companies}
),
stepped as (
  select
    *,
    lag(status) over company as status_before,
    lag(detail) over company as detail_before,
    row_number() over company = 1 as is_first
  from step
  window company as (partition by company_number order by timepoint)
),
compared as (
  select
    stepped.*,
    case when is_first then latest.to_status else status_before end as from_status,
    case when is_first then latest.to_status_detail else detail_before end as from_status_detail
  from stepped
  left join lateral (
    select to_status, to_status_detail
    from register.company_status_changes as change
    where change.company_number = stepped.company_number and change.timepoint < stepped.timepoint
    order by change.timepoint desc
    limit 1
  ) as latest on is_first
)
insert into register.company_status_changes
  (company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail)
select company_number, timepoint, published_at, from_status, from_status_detail, status, detail
from compared
where (from_status, from_status_detail) is distinct from (status, detail)
order by company_number, timepoint
on conflict (company_number, timepoint) do nothing
`;

/**
 * The status changes that follow from the events of stream `$1` in `(after $2, up to $3]`, of the companies `$4` or of all
 * with null: a query that stands whole in the statements that write, read or compare them. Each company continues from its
 * latest change up to `$2`: the stored one, or the event of one that was refused and is a letter. Only changed events with a
 * status count: a delete and a stub have none.
 */
export const EXPECTED_STATUS_CHANGES = `
select company_number, timepoint, published_at, from_status, from_status_detail, to_status, to_status_detail
from (
  select
    step.company_number, step.timepoint, step.published_at,
    case when is_first then latest.to_status else lag(status) over company end as from_status,
    case when is_first then latest.to_status_detail else lag(detail) over company end as from_status_detail,
    status as to_status,
    detail as to_status_detail
  from (
    select
      company_number, timepoint, published_at,
      payload #>> '{data,company_status}' as status,
      payload #>> '{data,company_status_detail}' as detail,
      row_number() over (partition by company_number order by timepoint) = 1 as is_first
    from ingest.event_log
    where stream = $1 and timepoint > $2 and timepoint <= $3
      and type = 'changed' and company_number is not null and payload #>> '{data,company_status}' is not null
      and ($4::text[] is null or company_number = any($4))
  ) as step
  left join lateral (
    select to_status, to_status_detail
    from (
      (
        select change.timepoint, to_status, to_status_detail
        from register.company_status_changes as change
        where change.company_number = step.company_number and change.timepoint <= $2
        order by change.timepoint desc
        limit 1
      )
      union all
      (
        select
          letter.timepoint, event.payload #>> '{data,company_status}', event.payload #>> '{data,company_status_detail}'
        from ingest.dead_letters as letter
        join ingest.event_log as event on event.stream = letter.stream and event.timepoint = letter.timepoint
        where letter.stream = $1 and letter.reason = 'derivation' and letter.state in ('open', 'discarded')
          and letter.company_number = step.company_number and letter.timepoint <= $2
        order by letter.timepoint desc
        limit 1
      )
    ) as known
    order by timepoint desc
    limit 1
  ) as latest on is_first
  window company as (partition by step.company_number order by step.timepoint)
) as compared
where (from_status, from_status_detail) is distinct from (to_status, to_status_detail)
`;

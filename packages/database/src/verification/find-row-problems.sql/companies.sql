with log as (
  select coalesce((select coalesce(expired_up_to, origin) from ingest.coverage where stream = $1), 0) as after
),
expected as (
  select
    newest.resource_uri,
    case when jsonb_typeof(event.payload -> 'resource_kind') = 'string' then event.payload ->> 'resource_kind' else '' end
      as resource_kind,
    event.company_number,
    document.payload -> 'data' as data,
    newest.data_timepoint,
    newest.timepoint,
    event.published_at,
    event.type = 'deleted' as deleted
  from (
    select resource_uri, max(timepoint) as timepoint, max(timepoint) filter (where type = 'changed') as data_timepoint
    from ingest.events
    where stream = $1
      -- A late event in the expired part is left out: the events that followed it are gone.
      and timepoint > coalesce((select expired_up_to from ingest.coverage where stream = $1), -1)
    group by resource_uri
  ) as newest
  join ingest.event_log as event on event.stream = $1 and event.timepoint = newest.timepoint
  left join ingest.event_log as document on document.stream = $1 and document.timepoint = newest.data_timepoint
),
compared as (
  select
    coalesce(expected.resource_uri, held.resource_uri) as resource_uri,
    expected.timepoint as expected_at,
    held.timepoint as held_at,
    case
      when expected.timepoint is null and held.timepoint > log.after then 'row-without-event'
      when expected.timepoint is null
        and held.data is distinct from register.resolve(held.stream_data, held.published_at, held.snapshot_data, held.snapshot_date)
        then 'other-document'
      when expected.timepoint is null and held.deleted
        and not register.is_deleted(held.timepoint, held.data_timepoint, held.published_at, held.snapshot_date)
        then 'lost-row'
      when expected.timepoint is null and not held.deleted
        and register.is_deleted(held.timepoint, held.data_timepoint, held.published_at, held.snapshot_date)
        then 'resurrected-row'
      when expected.timepoint is null then null
      when held.timepoint is null then 'missing-row'
      when held.timepoint < expected.timepoint then 'stale-row'
      when held.timepoint > expected.timepoint then 'row-ahead-of-log'
      when expected.deleted and not held.deleted
        and register.stream_wins(held.published_at, held.snapshot_date)
        then 'resurrected-row'
      when held.deleted
        and not (expected.deleted and register.stream_wins(held.published_at, held.snapshot_date))
        then 'lost-row'
      when expected.data_timepoint is not null
        and (held.data_timepoint, held.stream_data) is distinct from (expected.data_timepoint, expected.data) then 'other-document'
      when expected.data_timepoint is null and held.data_timepoint > log.after then 'other-document'
      when (held.resource_kind, held.company_number, held.published_at)
        is distinct from (expected.resource_kind, expected.company_number, expected.published_at) then 'other-envelope'
      when held.data
        is distinct from register.resolve(held.stream_data, held.published_at, held.snapshot_data, held.snapshot_date)
        then 'other-document'
    end as problem
  from expected
  full join register.companies as held using (resource_uri)
  cross join log
),
ranked as (
  select *, row_number() over (partition by problem order by resource_uri) as place
  from compared
  where problem is not null
)
select
  problem, count(*) as count,
  array_agg(
    resource_uri || ' (row ' || coalesce('at ' || held_at, 'missing') || ', log ' || coalesce('at ' || expected_at, 'without it') || ')'
    order by place
  ) filter (where place <= 3) as examples
from ranked
group by problem
order by problem

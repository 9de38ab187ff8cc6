with staged as (
  select distinct on (resource_uri collate "C") resource_uri, resource_kind, company_number, data
  from ingest.snapshot_staging_1
  where chunk = $1 and stream = $2 and ($4::text[] is null or resource_uri = any($4))
  order by resource_uri collate "C", data desc
),
written as (
  insert into register.persons_with_significant_control as current
    (resource_uri, resource_kind, company_number, data, snapshot_data, snapshot_date, deleted)
  select resource_uri, resource_kind, company_number, data, data, $3::date, false
  from staged
  on conflict (resource_uri) do update set
    resource_kind = case when current.timepoint is null then excluded.resource_kind else current.resource_kind end,
    company_number = case when current.timepoint is null then excluded.company_number else current.company_number end,
    snapshot_data = excluded.snapshot_data,
    snapshot_date = excluded.snapshot_date,
    data = register.resolve_whole(
      current.stream_data, current.published_at, excluded.snapshot_data, excluded.snapshot_date),
    deleted = register.is_deleted(
      current.timepoint, current.data_timepoint, current.published_at, excluded.snapshot_date),
    updated_at = now()
  where current.snapshot_date is null
    or (excluded.snapshot_date, excluded.snapshot_data) > (current.snapshot_date, current.snapshot_data)
  returning
    resource_uri, case when xmax <> 0 then data end as data, deleted, timepoint, published_at, snapshot_date,
    xmax = 0 as is_new
)
select
  count(*) filter (where is_new) as inserted,
  count(*) filter (where not is_new and (held.data, held.deleted) is distinct from (written.data, written.deleted))
    as updated,
  count(*) filter (where timepoint is not null and register.stream_wins(published_at, snapshot_date)) as yielded,
  coalesce(array_agg(resource_uri) filter (where timepoint is not null), '{}') as shared
from written
-- The row before this statement.
left join lateral (
  select current.data, current.deleted
  from register.persons_with_significant_control as current
  where current.resource_uri = written.resource_uri and not written.is_new
  offset 0
) as held on true

with expected as (
  select
    rebuilt.resource_uri, rebuilt.resource_kind, rebuilt.company_number, rebuilt.timepoint, rebuilt.published_at,
    rebuilt.deleted,
    case when is_kept then held.stream_data else rebuilt.data end as data,
    case when is_kept then held.data_timepoint else rebuilt.data_timepoint end as data_timepoint
  from rebuilt
  left join register.persons_with_significant_control as held using (resource_uri)
  cross join lateral (select rebuilt.data_timepoint is null and coalesce(held.data_timepoint <= $1, false)) as kept(is_kept)
  -- Events may have expired since the log was folded: such a row must not be set back to them.
  where rebuilt.timepoint > $1
),
unexpected as (
  select resource_uri
  from register.persons_with_significant_control as held
  where timepoint > $1 and not exists (select from expected where expected.resource_uri = held.resource_uri)
),
removed as (
  delete from register.persons_with_significant_control as held
  using unexpected
  where held.resource_uri = unexpected.resource_uri and held.snapshot_date is null
  returning 1
),
sourced as (
  select
    resource_uri, expected.resource_kind, expected.company_number, expected.data as stream_data,
    expected.data_timepoint, expected.timepoint,
    expected.published_at, held.snapshot_data, held.snapshot_date
  from expected
  left join register.persons_with_significant_control as held using (resource_uri)
  union all
  select resource_uri, resource_kind, company_number, null, null, null, null, snapshot_data, snapshot_date
  from unexpected
  join register.persons_with_significant_control as held using (resource_uri)
  where snapshot_date is not null
  union all
  select
    resource_uri, resource_kind, company_number, stream_data, data_timepoint, timepoint, published_at, snapshot_data,
    snapshot_date
  from register.persons_with_significant_control
  where not exists (select from expected where expected.resource_uri = persons_with_significant_control.resource_uri)
    and not exists (select from unexpected where unexpected.resource_uri = persons_with_significant_control.resource_uri)
),
written as (
  insert into register.persons_with_significant_control as held
    (resource_uri, resource_kind, company_number, data, deleted, stream_data, data_timepoint, timepoint, published_at,
      snapshot_data, snapshot_date)
  select
    resource_uri, resource_kind, company_number,
    register.resolve_whole(stream_data, published_at, snapshot_data, snapshot_date),
    register.is_deleted(timepoint, data_timepoint, published_at, snapshot_date),
    stream_data, data_timepoint, timepoint, published_at, snapshot_data, snapshot_date
  from sourced
  on conflict (resource_uri) do update set
    resource_kind = excluded.resource_kind,
    company_number = excluded.company_number,
    data = excluded.data,
    deleted = excluded.deleted,
    stream_data = excluded.stream_data,
    data_timepoint = excluded.data_timepoint,
    timepoint = excluded.timepoint,
    published_at = excluded.published_at,
    updated_at = now()
  where (held.resource_kind, held.company_number, held.data, held.deleted, held.stream_data, held.data_timepoint,
      held.timepoint, held.published_at)
    is distinct from (excluded.resource_kind, excluded.company_number, excluded.data, excluded.deleted,
      excluded.stream_data, excluded.data_timepoint, excluded.timepoint, excluded.published_at)
  returning xmax = 0 as is_new
)
select
  (select count(*) from written where is_new) as added,
  (select count(*) from written where not is_new) as changed,
  (select count(*) from removed) as removed

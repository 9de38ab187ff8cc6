with expected as (
  select
    rebuilt.resource_uri, rebuilt.resource_kind, rebuilt.company_number, rebuilt.timepoint, rebuilt.published_at,
    rebuilt.deleted,
    case when is_kept then held.data else rebuilt.data end as data,
    case when is_kept then held.data_timepoint else rebuilt.data_timepoint end as data_timepoint
  from rebuilt
  left join register.officers as held using (resource_uri)
  cross join lateral (select rebuilt.data_timepoint is null and coalesce(held.data_timepoint <= $1, false)) as kept(is_kept)
  -- Events may have expired since the log was folded: such a row must not be set back to them.
  where rebuilt.timepoint > $1
),
unexpected as (
  select resource_uri
  from register.officers as held
  where timepoint > $1 and not exists (select from expected where expected.resource_uri = held.resource_uri)
),
removed as (
  delete from register.officers as held using unexpected where held.resource_uri = unexpected.resource_uri
  returning 1
),
written as (
  insert into register.officers as held
    (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted)
  select resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted
  from expected
  on conflict (resource_uri) do update set
    resource_kind = excluded.resource_kind,
    company_number = excluded.company_number,
    data = excluded.data,
    data_timepoint = excluded.data_timepoint,
    timepoint = excluded.timepoint,
    published_at = excluded.published_at,
    deleted = excluded.deleted,
    updated_at = now()
  where (held.resource_kind, held.company_number, held.data, held.data_timepoint, held.timepoint, held.published_at, held.deleted)
    is distinct from (excluded.resource_kind, excluded.company_number, excluded.data, excluded.data_timepoint,
      excluded.timepoint, excluded.published_at, excluded.deleted)
  returning xmax = 0 as is_new
)
select
  (select count(*) from written where is_new) as added,
  (select count(*) from written where not is_new) as changed,
  (select count(*) from removed) as removed

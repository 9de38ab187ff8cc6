with incoming as (
  select *
  from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]) with ordinality
    as event(timepoint, type, resource_uri, company_number, published_at, ordinal)
),
newest as (
  select *
  from unnest($9::text[], $10::text[], $11::text[], $12::bigint[], $13::timestamptz[], $14::boolean[], $15::bigint[], $16::integer[])
    as state(resource_uri, resource_kind, company_number, timepoint, published_at, deleted, data_timepoint, place)
),
held as (
  select resource_uri, current.timepoint
  from newest
  join register.companies as current using (resource_uri)
),
upserted as (
  insert into register.companies as current
    (resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, data, stream_data)
  select
    resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted,
    $3::jsonb -> place -> 'data', $3::jsonb -> place -> 'data'
  from newest
  order by resource_uri collate "C"
  on conflict (resource_uri) do update set
    resource_kind = case
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.resource_kind else current.resource_kind
    end,
    company_number = case
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.company_number else current.company_number
    end,
    published_at = case
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.published_at else current.published_at
    end,
    timepoint = greatest(excluded.timepoint, current.timepoint),
    data_timepoint = greatest(excluded.data_timepoint, current.data_timepoint),
    stream_data = case
      when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.stream_data else current.stream_data
    end,
    data = case
      when current.snapshot_date is not null then register.resolve(
        case when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.stream_data else current.stream_data end,
        case when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.published_at else current.published_at end,
        current.snapshot_data,
        current.snapshot_date)
      when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.stream_data
      else current.stream_data
    end,
    deleted = case
      when current.snapshot_date is not null then register.is_deleted(
        greatest(excluded.timepoint, current.timepoint),
        greatest(excluded.data_timepoint, current.data_timepoint),
        case when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.published_at else current.published_at end,
        current.snapshot_date)
      when excluded.timepoint > coalesce(current.timepoint, -1) then excluded.deleted
      else current.deleted
    end,
    updated_at = now()
  where excluded.timepoint > coalesce(current.timepoint, -1)
    or excluded.data_timepoint > coalesce(current.data_timepoint, -1)
  returning resource_uri, timepoint
)
insert into ingest.events
  (stream, timepoint, resource_uri, company_number, type, published_at, received_at, payload, outcome)
select
  $1, incoming.timepoint, resource_uri, company_number, type, published_at, $2, $3::jsonb -> (ordinal - 1)::integer,
  case
    when upserted.timepoint >= incoming.timepoint and incoming.timepoint > coalesce(held.timepoint, -1) then 'applied'
    else 'stale'
  end
from incoming
left join held using (resource_uri)
left join upserted using (resource_uri)
order by incoming.timepoint
on conflict (stream, timepoint) do nothing
returning timepoint, company_number, outcome

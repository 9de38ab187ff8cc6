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
  join register.charges as current using (resource_uri)
),
upserted as (
  insert into register.charges as current
    (resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted, data)
  select
    resource_uri, resource_kind, company_number, data_timepoint, timepoint, published_at, deleted,
    $3::jsonb -> place -> 'data'
  from newest
  order by resource_uri collate "C"
  on conflict (resource_uri) do update set
    resource_kind = case when excluded.timepoint > current.timepoint then excluded.resource_kind else current.resource_kind end,
    company_number = case when excluded.timepoint > current.timepoint then excluded.company_number else current.company_number end,
    published_at = case when excluded.timepoint > current.timepoint then excluded.published_at else current.published_at end,
    timepoint = greatest(excluded.timepoint, current.timepoint),
    deleted = case when excluded.timepoint > current.timepoint then excluded.deleted else current.deleted end,
    data = case when excluded.data_timepoint > coalesce(current.data_timepoint, -1) then excluded.data else current.data end,
    data_timepoint = greatest(excluded.data_timepoint, current.data_timepoint),
    updated_at = now()
  where excluded.timepoint > current.timepoint
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

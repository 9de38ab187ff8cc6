-- Why: a file shows which events a stream missed: fields in which the two contradict each other, and companies that the
-- file lacks.
-- Locks: nothing that exists.
create function register.differences(stream_data jsonb, snapshot_data jsonb)
  returns table (field text, stream_value jsonb, snapshot_value jsonb)
  language sql immutable strict parallel safe
as $$
  with recursive compared(path, field, stream_value, snapshot_value) as (
    select field, field, below.value, above.value
    from jsonb_each(stream_data) as below(field, value)
    full join jsonb_each(snapshot_data) as above(field, value) using (field)
    union all
    select path || '.' || part.field, part.field, part.stream_value, part.snapshot_value
    from compared
    cross join lateral (
      select field, below.value, above.value
      from jsonb_each(compared.stream_value) as below(field, value)
      full join jsonb_each(compared.snapshot_value) as above(field, value) using (field)
    ) as part(field, stream_value, snapshot_value)
    where register.is_parted(compared.field, compared.stream_value)
      and register.is_parted(compared.field, compared.snapshot_value)
  )
  select path, stream_value, snapshot_value
  from compared
  where not register.is_same(field, stream_value, snapshot_value)
    and not (register.is_parted(field, stream_value) and register.is_parted(field, snapshot_value))
$$;

comment on function register.differences(jsonb, jsonb) is
  'The fields in which two documents differ, as paths with dots; null for a value that one of them lacks.';

create function register.drift(stream_data jsonb, published_at timestamptz, snapshot_data jsonb, snapshot_date date)
  returns table (field text, stream_value jsonb, snapshot_value jsonb)
  language sql immutable parallel safe
as $$
  select *
  from register.differences(stream_data, register.assert_against(stream_data, snapshot_data) 
    - array['annual_return', 'company_number', 'country_of_origin', 'limited_partnerships', 'mortgages']) as difference
  where not register.stream_wins(published_at, snapshot_date)
    and stream_data ? 'company_name'
    and (
      difference.snapshot_value is not null
      or difference.field = 'company_status_detail'
        and difference.stream_value = '"active-proposal-to-strike-off"' and snapshot_data ->> 'company_status' = 'active'
    )
$$;

comment on function register.drift(jsonb, timestamptz, jsonb, date) is
  'The fields in which a file of companies contradicts an older document of the stream: an event was missed.';

create function register.drift_whole(stream_data jsonb, published_at timestamptz, snapshot_data jsonb, snapshot_date date)
  returns table (field text, stream_value jsonb, snapshot_value jsonb)
  language sql immutable parallel safe
as $$
  select *
  from register.differences(stream_data - array['etag', 'links'], snapshot_data - array['etag', 'links'])
  where not register.stream_wins(published_at, snapshot_date)
$$;

comment on function register.drift_whole(jsonb, timestamptz, jsonb, date) is
  'The same for documents that the file has whole.';

create table ingest.drift (
  stream text not null,
  resource_uri text not null,
  field text not null,
  snapshot_date date not null,
  company_number text,
  stream_value jsonb,
  snapshot_value jsonb,
  stream_timepoint bigint not null,
  found_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (stream, resource_uri, field, snapshot_date)
);
create index drift_snapshot on ingest.drift (stream, snapshot_date, field);
create index drift_company on ingest.drift (company_number);

comment on table ingest.drift is
  'Fields in which a file contradicts an older document of the stream: an event was missed.';
comment on column ingest.drift.stream is 'The stream.';
comment on column ingest.drift.resource_uri is 'The resource.';
comment on column ingest.drift.field is
  'The field, as a path with dots; deleted when the file has a resource that was deleted before.';
comment on column ingest.drift.snapshot_date is 'The day of the file.';
comment on column ingest.drift.company_number is 'The company.';
comment on column ingest.drift.stream_value is 'The value of the newest document of the stream; null when it has none.';
comment on column ingest.drift.snapshot_value is 'The value of the file; null when it has none.';
comment on column ingest.drift.stream_timepoint is 'The newest event of the resource.';
comment on column ingest.drift.found_at is 'When it was found.';
comment on column ingest.drift.settled_at is
  'When a newer event or file made it moot; null while the file''s value stands.';

create view ingest.drift_summary as
select stream, snapshot_date, field, count(*) as resources, count(*) filter (where settled_at is null) as open
from ingest.drift
group by stream, snapshot_date, field;

comment on view ingest.drift_summary is 'How many resources drifted, by file and field.';

-- A file without rows says nothing about any company.
create view register.missing_from_snapshot as
with newest as (
  select snapshot_date
  from ingest.snapshots
  where product = 'basic-company-data' and state = 'done' and (counts ->> 'companies')::bigint > 0
  group by snapshot_date, parts
  having count(distinct part) = parts
  order by snapshot_date desc
  limit 1
)
select
  companies.company_number, company_name, company_status, type, date_of_creation,
  companies.snapshot_date as last_seen_in, newest.snapshot_date as missing_from, published_at, resource_uri
from newest
join register.companies on companies.snapshot_date is distinct from newest.snapshot_date
where not deleted
  and company_status is not null
  and company_status not in ('dissolved', 'removed', 'converted-closed', 'closed')
  and coalesce(companies.snapshot_date < newest.snapshot_date, true)
  and (timepoint is null or not register.stream_wins(published_at, newest.snapshot_date))
  and coalesce(date_of_creation < newest.snapshot_date - 1, true);

comment on view register.missing_from_snapshot is
  'Companies that are held as live and that the newest whole file of companies lacks, though the stream sent nothing about '
  'them since: their end was missed, or they are of a kind that the file leaves out. Nothing is changed by it.';
comment on column register.missing_from_snapshot.last_seen_in is 'The newest file that had the company.';
comment on column register.missing_from_snapshot.missing_from is 'The newest whole file, which lacks it.';
comment on column register.missing_from_snapshot.published_at is 'When its newest event was published.';

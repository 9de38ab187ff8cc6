-- Why: /company/sc123456 and /company/SC123456 are one company. Events are written with the number in upper case from now on;
-- this migration changes what was written before in the same way: the log, the rows (merged), letters and drift.
-- Locks: the rows that it changes, hardly any. It reads the whole log and every table of the register once, which takes a minute for
-- ten million rows. Stop the workers before: what older ones write in the other form stays a row of its own.
create function register.normalize_resource_uri(value text) returns text
  language sql immutable strict parallel safe
  return case
    when value ~ '^/company/[A-Za-z0-9]{6,10}(/|$)'
    then '/company/' || upper(split_part(value, '/', 3)) || substr(value, 10 + length(split_part(value, '/', 3)))
    else value
  end;

comment on function register.normalize_resource_uri(text) is
  'A resource URI as the register keys it: the company number in upper case, everything else as it is.';

do $$
declare
  odd constant text := '^/company/(?=[A-Za-z0-9]{6,10}(/|$))[A-Z0-9]*[a-z]';
  "table" text;
  is_sourced boolean;
  resolve text;
begin
  update ingest.events set resource_uri = register.normalize_resource_uri(resource_uri) where resource_uri ~ odd;
  update ingest.dead_letters set resource_uri = register.normalize_resource_uri(resource_uri) where resource_uri ~ odd;
  delete from ingest.drift as lower
  where resource_uri ~ odd and exists (
    select from ingest.drift as other
    where other.stream = lower.stream and other.field = lower.field and other.snapshot_date = lower.snapshot_date
      and register.normalize_resource_uri(other.resource_uri) = register.normalize_resource_uri(lower.resource_uri)
      and other.resource_uri < lower.resource_uri collate "C"
  );
  update ingest.drift set resource_uri = register.normalize_resource_uri(resource_uri) where resource_uri ~ odd;

  foreach "table" in array array[
    'companies', 'filings', 'officers', 'persons_with_significant_control', 'charges', 'insolvency_cases', 'company_exemptions',
    'persons_with_significant_control_statements'
  ]
  loop
    is_sourced := "table" in (
      'companies', 'persons_with_significant_control', 'persons_with_significant_control_statements', 'company_exemptions');
    resolve := case "table" when 'companies' then 'register.resolve' else 'register.resolve_whole' end;
    execute format(
      'create temporary table parts on commit drop as
       with named as (
         select register.normalize_resource_uri(resource_uri) as uri from register.%1$I where resource_uri ~ %2$L
       )
       select register.normalize_resource_uri(held.resource_uri) as uri, held.*
       from register.%1$I as held
       where resource_uri ~ %2$L or resource_uri in (select uri from named)',
      "table", odd);
    execute format('delete from register.%I as held using parts where held.resource_uri = parts.resource_uri', "table");
    if is_sourced then
      execute format(
        'insert into register.%1$I
           (resource_uri, resource_kind, company_number, timepoint, published_at, data_timepoint, stream_data, snapshot_data,
            snapshot_date, data, deleted)
         select
           uri, resource_kind, company_number, timepoint, published_at, data_timepoint, stream_data, snapshot_data, snapshot_date,
           %2$s(stream_data, published_at, snapshot_data, snapshot_date),
           register.is_deleted(timepoint, data_timepoint, published_at, snapshot_date)
         from (
           select distinct on (uri) uri, resource_kind, company_number, timepoint, published_at
           from parts order by uri, timepoint desc nulls last
         ) as state
         left join (
           select distinct on (uri) uri, data_timepoint, stream_data
           from parts where data_timepoint is not null order by uri, data_timepoint desc
         ) as document using (uri)
         left join (
           select distinct on (uri) uri, snapshot_data, snapshot_date
           from parts where snapshot_date is not null order by uri, snapshot_date desc, snapshot_data desc
         ) as file using (uri)',
        "table", resolve);
    else
      execute format(
        'insert into register.%1$I
           (resource_uri, resource_kind, company_number, timepoint, published_at, deleted, data_timepoint, data)
         select uri, resource_kind, company_number, timepoint, published_at, deleted, data_timepoint, data
         from (
           select distinct on (uri) uri, resource_kind, company_number, timepoint, published_at, deleted
           from parts order by uri, timepoint desc
         ) as state
         left join (
           select distinct on (uri) uri, data_timepoint, data
           from parts where data_timepoint is not null order by uri, data_timepoint desc
         ) as document using (uri)',
        "table");
    end if;
    drop table parts;
  end loop;
end
$$;

-- Why: the copy of the stream /companies and the history of company statuses that it tells.
-- Locks: nothing that exists.
create schema if not exists register;

create function register.parse_date(value text) returns date
  language sql immutable strict parallel safe
  return case
    when value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' and left(value, 4) <> '0000' then
      case
        when substr(value, 9, 2)::integer <=
          case
            when substr(value, 6, 2) in ('04', '06', '09', '11') then 30
            when substr(value, 6, 2) <> '02' then 31
            when left(value, 4)::integer % 4 = 0
              and (left(value, 4)::integer % 100 <> 0 or left(value, 4)::integer % 400 = 0) then 29
            else 28
          end
        then make_date(left(value, 4)::integer, substr(value, 6, 2)::integer, substr(value, 9, 2)::integer)
      end
  end;

comment on function register.parse_date(text) is 'Reads YYYY-MM-DD; anything else, also a day that does not exist, is null.';

create table register.companies (
  resource_uri text primary key,
  resource_kind text not null,
  company_number text,
  data jsonb,
  data_timepoint bigint,
  timepoint bigint not null,
  published_at timestamptz,
  deleted boolean not null,
  updated_at timestamptz not null default now(),
  company_name text generated always as (data ->> 'company_name') stored,
  company_status text generated always as (data ->> 'company_status') stored,
  company_status_detail text generated always as (data ->> 'company_status_detail') stored,
  company_type text generated always as (data ->> 'type') stored,
  date_of_creation date generated always as (register.parse_date(data ->> 'date_of_creation')) stored,
  date_of_cessation date generated always as (register.parse_date(data ->> 'date_of_cessation')) stored,
  sic_codes jsonb generated always as (data -> 'sic_codes') stored,
  postal_code text generated always as (data #>> '{registered_office_address,postal_code}') stored,
  check ((data is null) = (data_timepoint is null)),
  check (data_timepoint <= timepoint)
);
create index companies_number on register.companies (company_number);

comment on table register.companies is 'Company profiles: one row for each company that the stream /companies ever named.';
comment on column register.companies.data is
  'The company profile of the newest changed event. A deleted company keeps the last one that was known.';
comment on column register.companies.data_timepoint is 'The timepoint of the event that data comes from.';
comment on column register.companies.timepoint is 'The newest event of this company; older ones change nothing.';
comment on column register.companies.deleted is 'Whether the newest event is a delete: the row is a tombstone.';

create table register.company_status_changes (
  company_number text not null,
  timepoint bigint not null,
  published_at timestamptz,
  from_status text,
  from_status_detail text,
  to_status text not null,
  to_status_detail text,
  primary key (company_number, timepoint)
);
create index company_status_changes_to on register.company_status_changes (to_status, to_status_detail, timepoint);

comment on table register.company_status_changes is
  'Every change of status or status detail, in timepoint order, complete up to the watermark of the stream. '
  'The first status that is known of a company comes from null.';

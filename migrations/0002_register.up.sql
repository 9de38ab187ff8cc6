-- Why: what all tables of the register share: their first columns, and how values in documents are read.
-- Locks: nothing that exists. pg_trgm, for the search by name, is left when this is taken back.
-- A role that may not create schemas can be given this one.
do $$ begin if to_regnamespace('register') is null then create schema register; end if; end $$;
create extension if not exists pg_trgm;

create function register.parse_date(value text) returns date
  language sql immutable strict parallel safe
  return case
    when value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T.*)?$' and left(value, 4) <> '0000' then
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

comment on function register.parse_date(text) is
  'Reads YYYY-MM-DD, also with a time after it; anything else, also a day that does not exist, is null.';

create function register.parse_integer(value text) returns integer
  language sql immutable strict parallel safe
  return case when value ~ '^[0-9]{1,9}$' then value::integer end;

comment on function register.parse_integer(text) is
  'Reads up to nine digits, whether they were a number or a string; anything else is null.';

create function register.parse_texts(value jsonb) returns text[]
  language sql immutable strict parallel safe
  return case jsonb_typeof(value)
    when 'array' then array(select jsonb_array_elements_text(value))
    when 'null' then null
    else array[value #>> '{}']
  end;

comment on function register.parse_texts(jsonb) is 'The elements of a list as text; a single value is a list of one.';

create function register.latest_date(value jsonb) returns date
  language sql immutable strict parallel safe
  return (select max(register.parse_date(element)) from unnest(register.parse_texts(value)) as element);

comment on function register.latest_date(jsonb) is 'The latest of a list of dates.';

create function register.normalize_company_number(value text) returns text
  language sql immutable strict parallel safe
  return case when btrim(value) ~ '^[0-9]{1,7}$' then lpad(btrim(value), 8, '0') else upper(btrim(value)) end;

comment on function register.normalize_company_number(text) is
  'A company number as the register writes it: upper case, and eight digits when it has only digits.';

create table ingest.resource (
  resource_uri text primary key,
  resource_kind text not null,
  company_number text,
  data jsonb,
  data_timepoint bigint,
  timepoint bigint not null,
  published_at timestamptz,
  deleted boolean not null,
  updated_at timestamptz not null default now(),
  check ((data is null) = (data_timepoint is null)),
  check (data_timepoint <= timepoint)
);

comment on table ingest.resource is
  'A pattern without rows: the columns with which every table of a stream in schema register begins.';
comment on column ingest.resource.resource_uri is 'What identifies the resource, with a leading slash.';
comment on column ingest.resource.resource_kind is
  'The publisher''s word for what it is; empty for a kind that it has not mapped.';
comment on column ingest.resource.company_number is
  'The company that it belongs to, from the URI, in upper case; text, not a number.';
comment on column ingest.resource.data is
  'The document of the newest changed event. A deleted resource keeps the last one that was known.';
comment on column ingest.resource.data_timepoint is 'The timepoint of the event that data comes from.';
comment on column ingest.resource.timepoint is
  'The newest event of this resource in its stream; older ones change nothing.';
comment on column ingest.resource.published_at is 'When the publisher says that the newest event was published.';
comment on column ingest.resource.deleted is 'Whether the newest event is a delete: the row is a tombstone.';
comment on column ingest.resource.updated_at is 'When this row was last written.';

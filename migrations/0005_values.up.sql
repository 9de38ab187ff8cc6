-- Why: how values in documents, company numbers and URIs are read. A value that can't be read is null and costs nothing else.
-- Postgres can't inline a strict function. The functions that each row needs are not strict: they decide the common case
-- inline, and call a function only for the rest.
-- A key of an index holds about 2,700 bytes, and a GIN index can't be made over less than an element: the elements of lists
-- are cut to 500 characters (docs/decisions/0017).
-- Locks: nothing that exists. A role that may not create schemas can be given this one.
do $$ begin if to_regnamespace('register') is null then create schema register; end if; end $$;

create function register.parse_leap_day(value text) returns date
  language sql immutable strict parallel safe
  return case
    when value ~ '^[0-9]{4}-02-29(T|$)' and left(value, 4) <> '0000' and left(value, 4)::integer % 4 = 0
      and (left(value, 4)::integer % 100 <> 0 or left(value, 4)::integer % 400 = 0)
    then make_date(left(value, 4)::integer, 2, 29)
  end;

comment on function register.parse_leap_day(text) is 'Reads a 29th of February that exists; anything else is null.';

create function register.parse_date(value text) returns date
  language sql immutable parallel safe
  return case
    when value is null then null
    when value ~ '^[0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)(T|$)'
      and left(value, 4) <> '0000'
    then make_date(left(value, 4)::integer, substr(value, 6, 2)::integer, substr(value, 9, 2)::integer)
    else register.parse_leap_day(value)
  end;

comment on function register.parse_date(text) is
  'Reads YYYY-MM-DD, also with a time after it; anything else, also a day that does not exist, is null.';

create function register.parse_integer(value text) returns integer
  language sql immutable strict parallel safe
  return case when value ~ '^[0-9]{1,9}$' then value::integer end;

comment on function register.parse_integer(text) is
  'Reads up to nine digits, whether they were a number or a string; anything else is null.';

create function register.parse_long_list(value jsonb) returns text[]
  language sql immutable strict parallel safe
  return case jsonb_typeof(value)
    when 'array' then
      array(select left(element, 500) from jsonb_array_elements_text(value) as element where element is not null)
    when 'null' then null
    else array[left(value #>> '{}', 500)]
  end;

comment on function register.parse_long_list(jsonb) is
  'The elements of a list as text, without nulls, each cut to 500 characters; a single value is a list of one.';

create function register.parse_texts(value jsonb) returns text[]
  language sql immutable parallel safe
  return case
    when value is null then null
    when jsonb_typeof(value) = 'array' and value -> 4 is null
      then array_remove(
        array[left(value ->> 0, 500), left(value ->> 1, 500), left(value ->> 2, 500), left(value ->> 3, 500)], null)
    else register.parse_long_list(value)
  end;

comment on function register.parse_texts(jsonb) is
  'The elements of a list as text, without nulls, each cut to 500 characters; a single value is a list of one.';

create function register.latest_date(value jsonb) returns date
  language sql immutable strict parallel safe
  return (select max(register.parse_date(element)) from unnest(register.parse_texts(value)) as element);

comment on function register.latest_date(jsonb) is 'The latest of a list of dates.';

create function register.normalize_company_number(value text) returns text
  language sql immutable strict parallel safe
  return case when btrim(value) ~ '^[0-9]{1,7}$' then lpad(btrim(value), 8, '0') else upper(btrim(value)) end;

comment on function register.normalize_company_number(text) is
  'A company number as the register writes it: upper case, and eight digits when it has only digits.';

create function register.normalize_resource_uri(value text) returns text
  language sql immutable strict parallel safe
  return case
    when value ~ '^/company/[A-Za-z0-9]{6,10}(/|$)'
    then '/company/' || upper(split_part(value, '/', 3)) || substr(value, 10 + length(split_part(value, '/', 3)))
    else value
  end;

comment on function register.normalize_resource_uri(text) is
  'A resource URI as the register keys it: the company number in upper case, everything else as it is.';

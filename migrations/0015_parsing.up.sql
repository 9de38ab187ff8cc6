-- Why: the columns of a row cost more than half of its write, as Postgres can't inline a strict function. These are
-- not strict: what is common is decided inline, and only the rest calls a function.
-- Locks: nothing but the functions. The values stay the same, but a null in a list, which is left out now.
create function register.parse_leap_day(value text) returns date
  language sql immutable strict parallel safe
  return case
    when value ~ '^[0-9]{4}-02-29(T|$)' and left(value, 4) <> '0000' and left(value, 4)::integer % 4 = 0
      and (left(value, 4)::integer % 100 <> 0 or left(value, 4)::integer % 400 = 0)
    then make_date(left(value, 4)::integer, 2, 29)
  end;

comment on function register.parse_leap_day(text) is 'Reads a 29th of February that exists; anything else is null.';

create or replace function register.parse_date(value text) returns date
  language sql immutable parallel safe
  return case
    when value is null then null
    when value ~ '^[0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)(T|$)'
      and left(value, 4) <> '0000'
    then make_date(left(value, 4)::integer, substr(value, 6, 2)::integer, substr(value, 9, 2)::integer)
    else register.parse_leap_day(value)
  end;

create function register.parse_long_list(value jsonb) returns text[]
  language sql immutable strict parallel safe
  return case jsonb_typeof(value)
    when 'array' then array(select element from jsonb_array_elements_text(value) as element where element is not null)
    when 'null' then null
    else array[value #>> '{}']
  end;

comment on function register.parse_long_list(jsonb) is
  'The elements of a list as text, without nulls; a single value is a list of one.';

create or replace function register.parse_texts(value jsonb) returns text[]
  language sql immutable parallel safe
  return case
    when value is null then null
    when jsonb_typeof(value) = 'array' and value -> 4 is null
      then array_remove(array[value ->> 0, value ->> 1, value ->> 2, value ->> 3], null)
    else register.parse_long_list(value)
  end;

comment on function register.parse_texts(jsonb) is
  'The elements of a list as text, without nulls; a single value is a list of one.';

create or replace function register.parse_texts(value jsonb) returns text[]
  language sql immutable strict parallel safe
  return case jsonb_typeof(value)
    when 'array' then array(select jsonb_array_elements_text(value))
    when 'null' then null
    else array[value #>> '{}']
  end;

comment on function register.parse_texts(jsonb) is 'The elements of a list as text; a single value is a list of one.';

drop function register.parse_long_list(jsonb);

create or replace function register.parse_date(value text) returns date
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

drop function register.parse_leap_day(text);

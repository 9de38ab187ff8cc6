-- Why: one stated rule decides what a resource is when a stream and a file both have it (docs/conflicts.md).
-- Locks: nothing that exists.
create function register.stream_wins(published_at timestamptz, snapshot_date date) returns boolean
  language sql immutable parallel safe
  return snapshot_date is null or published_at is null
    or published_at >= (snapshot_date - 1)::timestamp at time zone 'Europe/London';

comment on function register.stream_wins(timestamptz, date) is
  'Whether an event that was published then knows better than a file of that day: from one day before its cut-off, which '
  'is the start of the day in UK time. An event without a readable time does.';

create function register.is_deleted(timepoint bigint, data_timepoint bigint, published_at timestamptz, snapshot_date date)
  returns boolean
  language sql immutable parallel safe
  return timepoint is not null and data_timepoint is distinct from timepoint
    and register.stream_wins(published_at, snapshot_date);

comment on function register.is_deleted(bigint, bigint, timestamptz, date) is
  'Whether a resource is a tombstone: its newest event is a delete, and no file that is later than it has the resource.';

create function register.address_text(address jsonb) returns text
  language sql immutable strict parallel safe
  return regexp_replace(
    lower(concat_ws(
      ' ', address ->> 'care_of', address ->> 'po_box', address ->> 'premises', address ->> 'address_line_1',
      address ->> 'address_line_2', address ->> 'locality', address ->> 'region', address ->> 'postal_code')),
    '[^[:alnum:]]+', ' ', 'g');

comment on function register.address_text(jsonb) is
  'The words of an address, without its country, which files leave out at will and streams do not.';

create function register.is_same(field text, stream_value jsonb, snapshot_value jsonb) returns boolean
  language sql immutable parallel safe
  return case
    when field = 'registered_office_address'
      then coalesce(register.address_text(stream_value) = register.address_text(snapshot_value), false)
    when field = 'accounting_reference_date' then coalesce(
      register.parse_integer(stream_value ->> 'day') = register.parse_integer(snapshot_value ->> 'day')
      and register.parse_integer(stream_value ->> 'month') = register.parse_integer(snapshot_value ->> 'month'), false)
    when jsonb_typeof(stream_value) = 'array' and jsonb_typeof(snapshot_value) = 'array'
      then jsonb_array_length(stream_value) = jsonb_array_length(snapshot_value) and stream_value @> snapshot_value
    else coalesce(lower(stream_value::text) = lower(snapshot_value::text), false)
  end;

comment on function register.is_same(text, jsonb, jsonb) is
  'Whether two sources say the same of a field. The letter case and the order of a list say nothing, nor does what the '
  'stream adds to the elements of a list, nor whether a day is a number or text.';

create function register.is_parted(field text, value jsonb) returns boolean
  language sql immutable parallel safe
  return coalesce(jsonb_typeof(value) = 'object', false)
    and field not in ('registered_office_address', 'accounting_reference_date');

comment on function register.is_parted(text, jsonb) is
  'Whether the fields of a field stand for themselves. Those of an address or of a day belong together.';

-- A function that calls itself can't be checked before it exists.
set local check_function_bodies = off;
create function register.overlay(below jsonb, above jsonb) returns jsonb
  language sql immutable strict parallel safe
as $$
  select jsonb_object_agg(
    field,
    case
      when upper.value is null or register.is_same(field, lower.value, upper.value) then coalesce(lower.value, upper.value)
      when register.is_parted(field, lower.value) and register.is_parted(field, upper.value)
        then register.overlay(lower.value, upper.value)
      else upper.value
    end
  )
  from jsonb_each(below) as lower(field, value)
  full join jsonb_each(above) as upper(field, value) using (field)
$$;

comment on function register.overlay(jsonb, jsonb) is
  'A document with the fields of another above it. Where both say the same, it is said as in the one below.';

set local check_function_bodies = on;

create function register.file_only(snapshot_data jsonb) returns jsonb
  language sql immutable strict parallel safe
  return (
    select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(snapshot_data)
    where key in ('annual_return', 'country_of_origin', 'limited_partnerships', 'mortgages')
  );

comment on function register.file_only(jsonb) is 'What the file of companies carries and their stream never does.';

create function register.assert_against(stream_data jsonb, snapshot_data jsonb) returns jsonb
  language sql immutable strict parallel safe
  return snapshot_data
    - case
      when stream_data ? 'company_status' and snapshot_data ->> 'company_status' ~ '[^a-z0-9-]'
      then 'company_status' else ''
    end
    - case when stream_data ? 'type' and snapshot_data ->> 'type' ~ '[^a-z0-9-]' then 'type' else '' end;

comment on function register.assert_against(jsonb, jsonb) is
  'What a file asserts against a document of the stream: texts that are none of the API''s words assert nothing.';

create function register.without_stale_detail(stream_data jsonb, snapshot_data jsonb) returns jsonb
  language sql immutable strict parallel safe
  return stream_data
    - case when snapshot_data ->> 'company_status' <> stream_data ->> 'company_status' then 'company_status_detail' else '' end;

comment on function register.without_stale_detail(jsonb, jsonb) is
  'A document of the stream without the detail of a status that a file has replaced.';

create function register.resolve(stream_data jsonb, published_at timestamptz, snapshot_data jsonb, snapshot_date date)
  returns jsonb
  language sql immutable parallel safe
  return case
    when snapshot_data is null then stream_data
    when stream_data is null then snapshot_data
    when not stream_data ? 'company_name' then register.overlay(stream_data, snapshot_data)
    when register.stream_wins(published_at, snapshot_date) then register.file_only(snapshot_data) || stream_data
    else register.overlay(
      register.without_stale_detail(stream_data, register.assert_against(stream_data, snapshot_data)),
      register.assert_against(stream_data, snapshot_data))
  end;

comment on function register.resolve(jsonb, timestamptz, jsonb, date) is
  'The profile of a company by what its stream and a file say. A recent event wins on every field, and the file adds what '
  'the stream never carries; an older one yields on the fields that the file carries; a stub without a name says nothing.';

create function register.resolve_whole(stream_data jsonb, published_at timestamptz, snapshot_data jsonb, snapshot_date date)
  returns jsonb
  language sql immutable parallel safe
  return case
    when snapshot_data is null then stream_data
    when stream_data is not null and register.stream_wins(published_at, snapshot_date) then stream_data
    else snapshot_data
  end;

comment on function register.resolve_whole(jsonb, timestamptz, jsonb, date) is
  'The same for documents that the file has whole: all of the recent one.';

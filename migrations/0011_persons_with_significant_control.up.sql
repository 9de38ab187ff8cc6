-- Why: the copy of the stream /persons-with-significant-control and of the file of persons with significant control. A row
-- keeps what each of the two says, and may come from the file alone. Its data is a pure function of the two, so that the
-- order of arrival can't matter (docs/conflicts.md).
-- Locks: nothing that exists.
create table register.persons_with_significant_control (
  like ingest.resource including all,
  kind text generated always as (data ->> 'kind') stored,
  name text generated always as (data ->> 'name') stored,
  notified_on date generated always as (register.parse_date(data ->> 'notified_on')) stored,
  ceased_on date generated always as (register.parse_date(data ->> 'ceased_on')) stored,
  is_ceased boolean generated always as (
    data ->> 'ceased_on' is not null or coalesce(data ->> 'ceased', '') in ('true', '1')
  ) stored,
  natures_of_control text[] generated always as (register.parse_texts(data -> 'natures_of_control')) stored,
  nationality text generated always as (data ->> 'nationality') stored,
  country_of_residence text generated always as (data ->> 'country_of_residence') stored,
  birth_year integer generated always as (register.parse_integer(data #>> '{date_of_birth,year}')) stored,
  birth_month integer generated always as (register.parse_integer(data #>> '{date_of_birth,month}')) stored,
  registration_number text generated always as (data #>> '{identification,registration_number}') stored,
  stream_data jsonb,
  snapshot_data jsonb,
  snapshot_date date,
  constraint persons_with_significant_control_stream check ((stream_data is null) = (data_timepoint is null)),
  constraint persons_with_significant_control_snapshot check ((snapshot_data is null) = (snapshot_date is null)),
  constraint persons_with_significant_control_source check (timepoint is not null or snapshot_date is not null)
)
with (fillfactor = 80, toast_tuple_target = 8160);
-- The pattern does not expect a row of a file alone.
alter table register.persons_with_significant_control alter column timepoint drop not null, drop constraint resource_check;
create index persons_with_significant_control_company on register.persons_with_significant_control (company_number);
create index persons_with_significant_control_name
  on register.persons_with_significant_control using gin (name gin_trgm_ops);

comment on table register.persons_with_significant_control is
  'Persons with significant control and beneficial owners: one row for each notification to a company.';
comment on column register.persons_with_significant_control.data is
  'The document: what follows from stream_data and snapshot_data. A deleted resource keeps the last one that was known.';
comment on column register.persons_with_significant_control.data_timepoint is
  'The timepoint of the event that stream_data comes from.';
comment on column register.persons_with_significant_control.timepoint is
  'The newest event of this resource in its stream; older ones change nothing. Null when only a file had it.';
comment on column register.persons_with_significant_control.deleted is
  'Whether the newest event is a delete that no later file contradicts: the row is a tombstone.';
comment on column register.persons_with_significant_control.kind is
  'The kind of person, such as individual-person-with-significant-control.';
comment on column register.persons_with_significant_control.name is 'The name; a super-secure person has none.';
comment on column register.persons_with_significant_control.notified_on is 'When the company was notified.';
comment on column register.persons_with_significant_control.ceased_on is 'When the control ended.';
comment on column register.persons_with_significant_control.is_ceased is
  'Whether the control has ended, also when the day is not known.';
comment on column register.persons_with_significant_control.natures_of_control is
  'How the person controls the company.';
comment on column register.persons_with_significant_control.nationality is 'The nationality as it was given.';
comment on column register.persons_with_significant_control.country_of_residence is
  'The country of residence as it was given.';
comment on column register.persons_with_significant_control.birth_year is 'The year of birth.';
comment on column register.persons_with_significant_control.birth_month is
  'The month of birth; the day is not published.';
comment on column register.persons_with_significant_control.registration_number is
  'The number under which a corporate person is registered.';
comment on column register.persons_with_significant_control.stream_data is 'The document of the newest changed event.';
comment on column register.persons_with_significant_control.snapshot_data is 'The document of the newest file that has it.';
comment on column register.persons_with_significant_control.snapshot_date is 'The day of that file.';

-- Why: the copy of the stream /persons-with-significant-control.
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
  registration_number text generated always as (data #>> '{identification,registration_number}') stored
);
create index persons_with_significant_control_company on register.persons_with_significant_control (company_number);
create index persons_with_significant_control_name
  on register.persons_with_significant_control using gin (name gin_trgm_ops);

comment on table register.persons_with_significant_control is
  'Persons with significant control and beneficial owners: one row for each notification to a company.';
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

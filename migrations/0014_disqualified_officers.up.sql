-- Why: the copy of the stream /disqualified-officers.
-- Texts are indexed by their first 200 characters, or by their hash where only equality is asked for: a key of an index
-- holds about 2,700 bytes (docs/decisions/0017).
-- Locks: nothing that exists.
create table register.disqualified_officers (
  like ingest.resource including all,
  name text generated always as (
    coalesce(
      data ->> 'name',
      nullif(btrim(
        coalesce(data ->> 'forename', '') || coalesce(' ' || (data ->> 'other_forenames'), '')
          || coalesce(' ' || (data ->> 'surname'), '')
      ), '')
    )
  ) stored,
  surname text generated always as (data ->> 'surname') stored,
  date_of_birth date generated always as (register.parse_date(data ->> 'date_of_birth')) stored,
  nationality text generated always as (data ->> 'nationality') stored,
  disqualified_company_number text generated always as (data ->> 'company_number') stored,
  disqualified_until date generated always as (
    register.latest_date(jsonb_path_query_array(data, '$.disqualifications[*].disqualified_until'))
  ) stored,
  company_names text[] generated always as (
    register.parse_texts(jsonb_path_query_array(data, '$.disqualifications[*].company_names[*]'))
  ) stored
);
create index disqualified_officers_name on register.disqualified_officers using gin (name gin_trgm_ops);
create index disqualified_officers_company on register.disqualified_officers using hash (disqualified_company_number);

comment on table register.disqualified_officers is
  'Disqualified officers: one row for each person who may not be a director.';
comment on column register.disqualified_officers.name is
  'The name of a corporate officer, or forenames and surname of a natural one.';
comment on column register.disqualified_officers.surname is 'The surname of a natural officer.';
comment on column register.disqualified_officers.date_of_birth is 'The date of birth of a natural officer.';
comment on column register.disqualified_officers.nationality is 'The nationality as it was given.';
comment on column register.disqualified_officers.disqualified_company_number is
  'The company number of a corporate officer.';
comment on column register.disqualified_officers.disqualified_until is 'The last day of the longest disqualification.';
comment on column register.disqualified_officers.company_names is 'The companies in whose management the conduct was.';

-- Why: the copy of the stream /officers.
-- Texts are indexed by their first 200 characters, or by their hash where only equality is asked for: a key of an index
-- holds about 2,700 bytes (docs/decisions/0017).
-- Locks: nothing that exists.
create table register.officers (
  like ingest.resource including all,
  name text generated always as (data ->> 'name') stored,
  officer_role text generated always as (data ->> 'officer_role') stored,
  appointed_on date generated always as (register.parse_date(data ->> 'appointed_on')) stored,
  appointed_before date generated always as (register.parse_date(data ->> 'appointed_before')) stored,
  resigned_on date generated always as (register.parse_date(data ->> 'resigned_on')) stored,
  officer_id text generated always as (
    substring(data #>> '{links,officer,appointments}' from '^/officers/([^/]+)/')
  ) stored,
  nationality text generated always as (data ->> 'nationality') stored,
  occupation text generated always as (data ->> 'occupation') stored,
  country_of_residence text generated always as (data ->> 'country_of_residence') stored,
  birth_year integer generated always as (register.parse_integer(data #>> '{date_of_birth,year}')) stored,
  birth_month integer generated always as (register.parse_integer(data #>> '{date_of_birth,month}')) stored,
  postal_code text generated always as (data #>> '{address,postal_code}') stored
);
create index officers_company on register.officers (company_number);
create index officers_name on register.officers using gin (name gin_trgm_ops);
create index officers_officer on register.officers using hash (officer_id);

comment on table register.officers is
  'Appointments: one row for each appointment of an officer to a company.';
comment on column register.officers.name is 'The name of the officer, surname first.';
comment on column register.officers.officer_role is 'Such as director, secretary or llp-member.';
comment on column register.officers.appointed_on is 'When the appointment began.';
comment on column register.officers.appointed_before is
  'A day before which it had begun, where that is all that is known.';
comment on column register.officers.resigned_on is 'When it ended.';
comment on column register.officers.officer_id is
  'The publisher''s id of the person, the same in all appointments of one.';
comment on column register.officers.nationality is 'The nationality as it was given.';
comment on column register.officers.occupation is 'The occupation as it was given.';
comment on column register.officers.country_of_residence is 'The country of residence as it was given.';
comment on column register.officers.birth_year is 'The year of birth.';
comment on column register.officers.birth_month is 'The month of birth; the day is not published.';
comment on column register.officers.postal_code is 'The postal code of the service address.';

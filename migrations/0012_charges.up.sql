-- Why: the copy of the stream /charges.
-- Texts are indexed by their first 200 characters, or by their hash where only equality is asked for: a key of an index
-- holds about 2,700 bytes (docs/decisions/0017).
-- Locks: nothing that exists.
create table register.charges (
  like ingest.resource including all,
  charge_code text generated always as (data ->> 'charge_code') stored,
  charge_number integer generated always as (register.parse_integer(data ->> 'charge_number')) stored,
  status text generated always as (data ->> 'status') stored,
  classification text generated always as (data #>> '{classification,description}') stored,
  created_on date generated always as (register.parse_date(data ->> 'created_on')) stored,
  delivered_on date generated always as (register.parse_date(data ->> 'delivered_on')) stored,
  satisfied_on date generated always as (register.parse_date(data ->> 'satisfied_on')) stored,
  persons_entitled text[] generated always as (
    register.parse_texts(jsonb_path_query_array(data, '$.persons_entitled[*].name'))
  ) stored,
  assets_ceased_released text generated always as (
    coalesce(data ->> 'assets_ceased_released', data ->> 'assests_ceased_released')
  ) stored
);
create index charges_company on register.charges (company_number, left(status, 200));
create index charges_persons_entitled on register.charges using gin (persons_entitled);

comment on table register.charges is
  'Charges: one row for each charge over property of a company.';
comment on column register.charges.charge_code is 'The code of a charge that was created since April 2013.';
comment on column register.charges.charge_number is 'The number of the charge within the company.';
comment on column register.charges.status is 'Such as outstanding, fully-satisfied or part-satisfied.';
comment on column register.charges.classification is 'What kind of charge it is.';
comment on column register.charges.created_on is 'When it was created.';
comment on column register.charges.delivered_on is 'When it was delivered to the registrar.';
comment on column register.charges.satisfied_on is 'When it was satisfied.';
comment on column register.charges.persons_entitled is 'The names of those who hold the charge.';
comment on column register.charges.assets_ceased_released is
  'What was released from the charge; the publisher spells the field in two ways.';

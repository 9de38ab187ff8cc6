-- Why: the copy of the stream /companies and of the file of companies. A row keeps what each of the two says, and may come
-- from the file alone. Its data is a pure function of the two, so that the order of arrival can't matter
-- (docs/conflicts.md).
-- Texts are indexed by their first 200 characters, or by their hash where only equality is asked for: a key of an index
-- holds about 2,700 bytes (docs/decisions/0017).
-- Locks: nothing that exists.
create table register.companies (
  like ingest.resource including all,
  company_name text generated always as (data ->> 'company_name') stored,
  type text generated always as (data ->> 'type') stored,
  subtype text generated always as (data ->> 'subtype') stored,
  company_status text generated always as (data ->> 'company_status') stored,
  company_status_detail text generated always as (data ->> 'company_status_detail') stored,
  jurisdiction text generated always as (data ->> 'jurisdiction') stored,
  date_of_creation date generated always as (register.parse_date(data ->> 'date_of_creation')) stored,
  date_of_cessation date generated always as (register.parse_date(data ->> 'date_of_cessation')) stored,
  sic_codes text[] generated always as (register.parse_texts(data -> 'sic_codes')) stored,
  postal_code text generated always as (data #>> '{registered_office_address,postal_code}') stored,
  accounts_next_due date generated always as (register.parse_date(data #>> '{accounts,next_due}')) stored,
  confirmation_statement_next_due date generated always as (
    register.parse_date(data #>> '{confirmation_statement,next_due}')
  ) stored,
  stream_data jsonb,
  snapshot_data jsonb,
  snapshot_date date,
  constraint companies_stream check ((stream_data is null) = (data_timepoint is null)),
  constraint companies_snapshot check ((snapshot_data is null) = (snapshot_date is null)),
  constraint companies_source check (timepoint is not null or snapshot_date is not null)
)
with (fillfactor = 80, toast_tuple_target = 8160);
-- The pattern does not expect a row of a file alone.
alter table register.companies alter column timepoint drop not null, drop constraint resource_check;
create index companies_number on register.companies (company_number);
create index companies_name on register.companies using gin (company_name gin_trgm_ops);
create index companies_status on register.companies (left(company_status, 200), left(company_status_detail, 200));
create index companies_sic_codes on register.companies using gin (sic_codes);
create index companies_postal_code on register.companies (left(postal_code, 200) text_pattern_ops);
create index companies_creation on register.companies (date_of_creation);

comment on table register.companies is
  'Company profiles: one row for each company that the stream ever named.';
comment on column register.companies.data is
  'The document: what follows from stream_data and snapshot_data. A deleted resource keeps the last one that was known.';
comment on column register.companies.data_timepoint is 'The timepoint of the event that stream_data comes from.';
comment on column register.companies.timepoint is
  'The newest event of this resource in its stream; older ones change nothing. Null when only a file had it.';
comment on column register.companies.deleted is
  'Whether the newest event is a delete that no later file contradicts: the row is a tombstone.';
comment on column register.companies.company_name is 'The registered name.';
comment on column register.companies.type is 'The type of company, such as ltd or plc.';
comment on column register.companies.subtype is 'A closer type, such as community-interest-company.';
comment on column register.companies.company_status is
  'Such as active, dissolved or liquidation. The index is over left(company_status, 200).';
comment on column register.companies.company_status_detail is 'Such as active-proposal-to-strike-off.';
comment on column register.companies.jurisdiction is 'Where it is registered, such as england-wales.';
comment on column register.companies.date_of_creation is 'The date of incorporation.';
comment on column register.companies.date_of_cessation is 'The date on which it was dissolved, converted or closed.';
comment on column register.companies.sic_codes is
  'Its trades by the Standard Industrial Classification; codes are text and may begin with 0.';
comment on column register.companies.postal_code is
  'The postal code of the registered office. The index is over left(postal_code, 200).';
comment on column register.companies.accounts_next_due is 'When the next accounts must be delivered.';
comment on column register.companies.confirmation_statement_next_due is
  'When the next confirmation statement must be delivered.';
comment on column register.companies.stream_data is 'The document of the newest changed event.';
comment on column register.companies.snapshot_data is 'The document of the newest file that has it.';
comment on column register.companies.snapshot_date is 'The day of that file.';

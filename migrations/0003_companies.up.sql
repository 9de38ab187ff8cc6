-- Why: the copy of the stream /companies.
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
  ) stored
);
create index companies_number on register.companies (company_number);
create index companies_name on register.companies using gin (company_name gin_trgm_ops);
create index companies_status on register.companies (company_status, company_status_detail);
create index companies_sic_codes on register.companies using gin (sic_codes);
create index companies_postal_code on register.companies (postal_code text_pattern_ops);
create index companies_creation on register.companies (date_of_creation);

comment on table register.companies is
  'Company profiles: one row for each company that the stream ever named.';
comment on column register.companies.company_name is 'The registered name.';
comment on column register.companies.type is 'The type of company, such as ltd or plc.';
comment on column register.companies.subtype is 'A closer type, such as community-interest-company.';
comment on column register.companies.company_status is 'Such as active, dissolved or liquidation.';
comment on column register.companies.company_status_detail is 'Such as active-proposal-to-strike-off.';
comment on column register.companies.jurisdiction is 'Where it is registered, such as england-wales.';
comment on column register.companies.date_of_creation is 'The date of incorporation.';
comment on column register.companies.date_of_cessation is 'The date on which it was dissolved, converted or closed.';
comment on column register.companies.sic_codes is
  'Its trades by the Standard Industrial Classification; codes are text and may begin with 0.';
comment on column register.companies.postal_code is 'The postal code of the registered office.';
comment on column register.companies.accounts_next_due is 'When the next accounts must be delivered.';
comment on column register.companies.confirmation_statement_next_due is
  'When the next confirmation statement must be delivered.';

create table register.company_status_changes (
  company_number text not null,
  timepoint bigint not null,
  published_at timestamptz,
  from_status text,
  from_status_detail text,
  to_status text not null,
  to_status_detail text,
  primary key (company_number, timepoint)
);
create index company_status_changes_to on register.company_status_changes (to_status, to_status_detail, timepoint);

comment on table register.company_status_changes is
  'Every change of status or status detail, in timepoint order, complete up to the watermark of the stream. '
  'The first status that is known of a company comes from null.';
comment on column register.company_status_changes.company_number is 'The company.';
comment on column register.company_status_changes.timepoint is 'The event of the stream companies that has the change.';
comment on column register.company_status_changes.published_at is 'When the publisher says that this event was published.';
comment on column register.company_status_changes.from_status is 'The status before; null when none was known.';
comment on column register.company_status_changes.from_status_detail is 'The status detail before.';
comment on column register.company_status_changes.to_status is 'The status after.';
comment on column register.company_status_changes.to_status_detail is 'The status detail after.';

-- Why: the copy of the stream /insolvency-cases.
-- Locks: nothing that exists.
create table register.insolvency_cases (
  like ingest.resource including all,
  status text[] generated always as (register.parse_texts(data -> 'status')) stored,
  case_types text[] generated always as (register.parse_texts(jsonb_path_query_array(data, '$.cases[*].type'))) stored,
  case_count integer generated always as (jsonb_array_length(jsonb_path_query_array(data, '$.cases[*]'))) stored,
  latest_date date generated always as (
    register.latest_date(jsonb_path_query_array(data, '$.cases[*].dates[*].date'))
  ) stored
);
create index insolvency_cases_company on register.insolvency_cases (company_number);
create index insolvency_cases_types on register.insolvency_cases using gin (case_types);

comment on table register.insolvency_cases is
  'Insolvency: one row for each company, with all of its cases.';
comment on column register.insolvency_cases.status is
  'The statuses of the company in insolvency; the publisher gives one or a list.';
comment on column register.insolvency_cases.case_types is
  'The types of its cases, such as creditors-voluntary-liquidation.';
comment on column register.insolvency_cases.case_count is 'How many cases there are.';
comment on column register.insolvency_cases.latest_date is 'The latest date in any of its cases.';

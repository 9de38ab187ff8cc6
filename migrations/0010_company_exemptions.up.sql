-- Why: the copy of the stream /company-exemptions.
-- Locks: nothing that exists.
create table register.company_exemptions (
  like ingest.resource including all,
  exemption_types text[] generated always as (
    register.parse_texts(jsonb_path_query_array(data, '$.exemptions.*.exemption_type'))
  ) stored
);
create index company_exemptions_company on register.company_exemptions (company_number);

comment on table register.company_exemptions is
  'Exemptions from the duty to name who controls a company: one row for each company.';
comment on column register.company_exemptions.exemption_types is 'The exemptions that the company ever had.';

-- Why: the copy of the stream /persons-with-significant-control-statements.
-- Locks: nothing that exists.
create table register.persons_with_significant_control_statements (
  like ingest.resource including all,
  statement text generated always as (data ->> 'statement') stored,
  notified_on date generated always as (register.parse_date(data ->> 'notified_on')) stored,
  ceased_on date generated always as (register.parse_date(data ->> 'ceased_on')) stored,
  linked_psc_name text generated always as (data ->> 'linked_psc_name') stored
);
create index persons_with_significant_control_statements_company
  on register.persons_with_significant_control_statements (company_number);

comment on table register.persons_with_significant_control_statements is
  'Statements about persons with significant control: one row for each statement of a company.';
comment on column register.persons_with_significant_control_statements.statement is
  'What is stated, as the publisher spells it, such as no-individual-or-entity-with-signficant-control.';
comment on column register.persons_with_significant_control_statements.notified_on is 'When the statement was made.';
comment on column register.persons_with_significant_control_statements.ceased_on is 'When it ceased to be so.';
comment on column register.persons_with_significant_control_statements.linked_psc_name is
  'The person whom the statement is about.';

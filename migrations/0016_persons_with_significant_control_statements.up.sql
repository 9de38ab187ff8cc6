-- Why: the copy of the stream /persons-with-significant-control-statements and of the file of persons with significant
-- control. A row keeps what each of the two says, and may come from the file alone. Its data is a pure function of the two,
-- so that the order of arrival can't matter (docs/conflicts.md).
-- Locks: nothing that exists.
create table register.persons_with_significant_control_statements (
  like ingest.resource including all,
  statement text generated always as (data ->> 'statement') stored,
  notified_on date generated always as (register.parse_date(data ->> 'notified_on')) stored,
  ceased_on date generated always as (register.parse_date(data ->> 'ceased_on')) stored,
  linked_psc_name text generated always as (data ->> 'linked_psc_name') stored,
  stream_data jsonb,
  snapshot_data jsonb,
  snapshot_date date,
  constraint persons_with_significant_control_statements_stream check ((stream_data is null) = (data_timepoint is null)),
  constraint persons_with_significant_control_statements_snapshot check ((snapshot_data is null) = (snapshot_date is null)),
  constraint persons_with_significant_control_statements_source check (timepoint is not null or snapshot_date is not null)
)
with (fillfactor = 80, toast_tuple_target = 8160);
-- The pattern does not expect a row of a file alone.
alter table register.persons_with_significant_control_statements
  alter column timepoint drop not null,
  drop constraint resource_check;
create index persons_with_significant_control_statements_company
  on register.persons_with_significant_control_statements (company_number);

comment on table register.persons_with_significant_control_statements is
  'Statements about persons with significant control: one row for each statement of a company.';
comment on column register.persons_with_significant_control_statements.data is
  'The document: what follows from stream_data and snapshot_data. A deleted resource keeps the last one that was known.';
comment on column register.persons_with_significant_control_statements.data_timepoint is
  'The timepoint of the event that stream_data comes from.';
comment on column register.persons_with_significant_control_statements.timepoint is
  'The newest event of this resource in its stream; older ones change nothing. Null when only a file had it.';
comment on column register.persons_with_significant_control_statements.deleted is
  'Whether the newest event is a delete that no later file contradicts: the row is a tombstone.';
comment on column register.persons_with_significant_control_statements.statement is
  'What is stated, as the publisher spells it, such as no-individual-or-entity-with-signficant-control.';
comment on column register.persons_with_significant_control_statements.notified_on is 'When the statement was made.';
comment on column register.persons_with_significant_control_statements.ceased_on is 'When it ceased to be so.';
comment on column register.persons_with_significant_control_statements.linked_psc_name is
  'The person whom the statement is about.';
comment on column register.persons_with_significant_control_statements.stream_data is
  'The document of the newest changed event.';
comment on column register.persons_with_significant_control_statements.snapshot_data is
  'The document of the newest file that has it.';
comment on column register.persons_with_significant_control_statements.snapshot_date is 'The day of that file.';

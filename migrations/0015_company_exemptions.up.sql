-- Why: the copy of the stream /company-exemptions and of the file of persons with significant control. A row keeps what each
-- of the two says, and may come from the file alone. Its data is a pure function of the two, so that the order of arrival
-- can't matter (docs/conflicts.md).
-- Locks: nothing that exists.
create table register.company_exemptions (
  like ingest.resource including all,
  exemption_types text[] generated always as (
    register.parse_texts(jsonb_path_query_array(data, '$.exemptions.*.exemption_type'))
  ) stored,
  stream_data jsonb,
  snapshot_data jsonb,
  snapshot_date date,
  constraint company_exemptions_stream check ((stream_data is null) = (data_timepoint is null)),
  constraint company_exemptions_snapshot check ((snapshot_data is null) = (snapshot_date is null)),
  constraint company_exemptions_source check (timepoint is not null or snapshot_date is not null)
)
with (fillfactor = 80, toast_tuple_target = 8160);
-- The pattern does not expect a row of a file alone.
alter table register.company_exemptions alter column timepoint drop not null, drop constraint resource_check;
create index company_exemptions_company on register.company_exemptions (company_number);

comment on table register.company_exemptions is
  'Exemptions from the duty to name who controls a company: one row for each company.';
comment on column register.company_exemptions.data is
  'The document: what follows from stream_data and snapshot_data. A deleted resource keeps the last one that was known.';
comment on column register.company_exemptions.data_timepoint is 'The timepoint of the event that stream_data comes from.';
comment on column register.company_exemptions.timepoint is
  'The newest event of this resource in its stream; older ones change nothing. Null when only a file had it.';
comment on column register.company_exemptions.deleted is
  'Whether the newest event is a delete that no later file contradicts: the row is a tombstone.';
comment on column register.company_exemptions.exemption_types is 'The exemptions that the company ever had.';
comment on column register.company_exemptions.stream_data is 'The document of the newest changed event.';
comment on column register.company_exemptions.snapshot_data is 'The document of the newest file that has it.';
comment on column register.company_exemptions.snapshot_date is 'The day of that file.';

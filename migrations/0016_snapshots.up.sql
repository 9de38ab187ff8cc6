-- Why: the streams have what changes, the monthly and daily files have what exists. Rows of the four tables that a
-- file covers keep both sources. The document is a pure function of the two, so that the order of arrival
-- can't matter (docs/conflicts.md).
-- Locks: those four tables, exclusively, while their rows are written once. Stop workers of an older version first: what
-- they write is refused from here on, and would end as dead letters.
create table ingest.snapshots (
  id bigint generated always as identity primary key,
  product text not null check (product in ('basic-company-data', 'psc-snapshot')),
  snapshot_date date not null,
  part integer not null default 1,
  parts integer not null default 1,
  location text not null,
  state text not null check (state in ('reading', 'merging', 'done', 'abandoned')),
  totals jsonb,
  counts jsonb,
  started_at timestamptz not null default now(),
  read_at timestamptz,
  done_at timestamptz,
  check (part between 1 and parts)
);
create unique index snapshots_under_way on ingest.snapshots (product, snapshot_date, part, parts)
  where state in ('reading', 'merging');

comment on table ingest.snapshots is 'Files of the publisher that were imported, or are being.';
comment on column ingest.snapshots.id is 'Its number.';
comment on column ingest.snapshots.product is 'basic-company-data: the companies; psc-snapshot: who controls them.';
comment on column ingest.snapshots.snapshot_date is
  'The day of the file. Its cut-off is the start of that day in UK time.';
comment on column ingest.snapshots.part is 'Which part it is, from 1.';
comment on column ingest.snapshots.parts is 'Of how many.';
comment on column ingest.snapshots.location is 'The file, URL or - that it came from, without what a URL may hide.';
comment on column ingest.snapshots.state is
  'reading: rows are being staged; merging: all are staged; done: all are merged; abandoned: begun anew.';
comment on column ingest.snapshots.totals is 'The counts that the file itself gives, if it does.';
comment on column ingest.snapshots.counts is 'The counts of what was read, good or bad.';
comment on column ingest.snapshots.started_at is 'When the import began.';
comment on column ingest.snapshots.read_at is 'When the whole file was staged.';
comment on column ingest.snapshots.done_at is 'When everything was merged.';

create table ingest.snapshot_chunks (
  snapshot_id bigint not null references ingest.snapshots on delete cascade,
  chunk integer not null,
  rows integer not null,
  rejects integer not null,
  digest text not null,
  state text not null check (state in ('staged', 'merged')),
  inserted integer,
  updated integer,
  yielded integer,
  drifted integer,
  staged_at timestamptz not null default now(),
  merged_at timestamptz,
  merge_seconds float8,
  primary key (snapshot_id, chunk),
  check ((state = 'merged') = (merged_at is not null))
);

comment on table ingest.snapshot_chunks is 'Consecutive lines of a file, which are staged together and merged together.';
comment on column ingest.snapshot_chunks.snapshot_id is 'The file.';
comment on column ingest.snapshot_chunks.chunk is 'Its place in the file, from 0.';
comment on column ingest.snapshot_chunks.rows is 'Good rows.';
comment on column ingest.snapshot_chunks.rejects is 'Bad rows, which are in ingest.snapshot_rejects.';
comment on column ingest.snapshot_chunks.digest is 'SHA-1 of what was staged, by which a resumed import knows the file again.';
comment on column ingest.snapshot_chunks.state is 'staged: waits for a worker; merged: is in the register.';
comment on column ingest.snapshot_chunks.inserted is 'Resources that were new.';
comment on column ingest.snapshot_chunks.updated is 'Resources whose document changed.';
comment on column ingest.snapshot_chunks.yielded is 'Resources for which the stream knew better.';
comment on column ingest.snapshot_chunks.drifted is 'Resources of which the stream must have missed an event.';
comment on column ingest.snapshot_chunks.staged_at is 'When it was staged.';
comment on column ingest.snapshot_chunks.merged_at is 'When it was merged.';
comment on column ingest.snapshot_chunks.merge_seconds is 'How long that took.';

create table ingest.snapshot_rejects (
  snapshot_id bigint not null references ingest.snapshots on delete cascade,
  line bigint not null,
  reason text not null,
  raw text not null,
  primary key (snapshot_id, line)
);

comment on table ingest.snapshot_rejects is 'Lines of files that could not be imported.';
comment on column ingest.snapshot_rejects.snapshot_id is 'The file.';
comment on column ingest.snapshot_rejects.line is 'The number of the line in it, from 1.';
comment on column ingest.snapshot_rejects.reason is 'What is wrong with it.';
comment on column ingest.snapshot_rejects.raw is 'Its beginning as it came.';

create table ingest.drift (
  stream text not null,
  resource_uri text not null,
  field text not null,
  snapshot_date date not null,
  company_number text,
  stream_value jsonb,
  snapshot_value jsonb,
  stream_timepoint bigint not null,
  found_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (stream, resource_uri, field, snapshot_date)
);
create index drift_snapshot on ingest.drift (stream, snapshot_date, field);
create index drift_company on ingest.drift (company_number);

comment on table ingest.drift is
  'Fields in which a file contradicts an older document of the stream: an event was missed.';
comment on column ingest.drift.stream is 'The stream.';
comment on column ingest.drift.resource_uri is 'The resource.';
comment on column ingest.drift.field is 'The field, as a path with dots; deleted when the file has a resource that was deleted before.';
comment on column ingest.drift.snapshot_date is 'The day of the file.';
comment on column ingest.drift.company_number is 'The company.';
comment on column ingest.drift.stream_value is 'The value of the newest document of the stream; null when it has none.';
comment on column ingest.drift.snapshot_value is 'The value of the file; null when it has none.';
comment on column ingest.drift.stream_timepoint is 'The newest event of the resource.';
comment on column ingest.drift.found_at is 'When it was found.';
comment on column ingest.drift.settled_at is
  'When a newer event or file made it moot; null while the file''s value stands.';

create view ingest.drift_summary as
select stream, snapshot_date, field, count(*) as resources, count(*) filter (where settled_at is null) as open
from ingest.drift
group by stream, snapshot_date, field;

comment on view ingest.drift_summary is 'How many resources drifted, by file and field.';

do $$
declare
  "table" text;
begin
  foreach "table" in array array[
    'companies', 'persons_with_significant_control', 'persons_with_significant_control_statements', 'company_exemptions'
  ]
  loop
    execute format(
      'alter table register.%1$I
         add column stream_data jsonb,
         add column snapshot_data jsonb,
         add column snapshot_date date,
         alter column timepoint drop not null,
         drop constraint resource_check,
         set (fillfactor = 80, toast_tuple_target = 8160)',
      "table");
    execute format('update register.%I set stream_data = data', "table");
    execute format(
      'alter table register.%1$I
         add constraint %1$s_stream check ((stream_data is null) = (data_timepoint is null)),
         add constraint %1$s_snapshot check ((snapshot_data is null) = (snapshot_date is null)),
         add constraint %1$s_source check (timepoint is not null or snapshot_date is not null)',
      "table");
    execute format(
      'comment on column register.%I.data is %L', "table",
      'The document: what follows from stream_data and snapshot_data. A deleted resource keeps the last one that was known.');
    execute format(
      'comment on column register.%I.data_timepoint is %L', "table",
      'The timepoint of the event that stream_data comes from.');
    execute format(
      'comment on column register.%I.timepoint is %L', "table",
      'The newest event of this resource in its stream; older ones change nothing. Null when only a file had it.');
    execute format(
      'comment on column register.%I.deleted is %L', "table",
      'Whether the newest event is a delete that no later file contradicts: the row is a tombstone.');
    execute format(
      'comment on column register.%I.stream_data is %L', "table", 'The document of the newest changed event.');
    execute format(
      'comment on column register.%I.snapshot_data is %L', "table", 'The document of the newest file that has it.');
    execute format(
      'comment on column register.%I.snapshot_date is %L', "table", 'The day of that file.');
  end loop;
end
$$;

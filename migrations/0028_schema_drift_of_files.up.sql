-- Why: lines of files are checked for undocumented parts, as events are; a line of a file has no timepoint.
-- Locks: ingest.schema_drift, few rows, while they are checked.
alter table ingest.schema_drift
  alter column timepoint drop not null,
  add column snapshot_id bigint,
  add column line bigint,
  add constraint schema_drift_source_check
    check ((snapshot_id is null) = (line is null) and (timepoint is null) <> (snapshot_id is null));

comment on column ingest.schema_drift.sample is 'The first event that had it, or the first document of a file.';
comment on column ingest.schema_drift.timepoint is 'The timepoint of that event; null for a document of a file.';
comment on column ingest.schema_drift.resource_uri is 'The resource of that event or document.';
comment on column ingest.schema_drift.snapshot_id is 'The import of the file that had it first; null for an event.';
comment on column ingest.schema_drift.line is 'The number of the line in that file, from 1.';

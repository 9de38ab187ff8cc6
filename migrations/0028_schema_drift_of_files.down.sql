delete from ingest.schema_drift where timepoint is null;

alter table ingest.schema_drift
  drop constraint schema_drift_source_check,
  drop column line,
  drop column snapshot_id,
  alter column timepoint set not null;

comment on column ingest.schema_drift.sample is 'The first event that had it.';
comment on column ingest.schema_drift.timepoint is 'The timepoint of that event.';
comment on column ingest.schema_drift.resource_uri is 'The resource of that event.';

-- Why: the publisher's documents change without notice. What is new in them, in events and in lines of files, is reported once.
-- Locks: nothing that exists.
create table ingest.schema_drift (
  stream text not null,
  fingerprint text not null,
  kind text not null check (
    kind in ('unknown-field', 'unknown-value', 'unexpected-type', 'unstorable', 'missing-field')
  ),
  path text not null,
  value text,
  sample jsonb not null,
  timepoint bigint,
  resource_uri text not null,
  first_seen_at timestamptz not null default now(),
  snapshot_id bigint,
  line bigint,
  primary key (stream, fingerprint),
  constraint schema_drift_source_check
    check ((snapshot_id is null) = (line is null) and (timepoint is null) <> (snapshot_id is null))
);

comment on table ingest.schema_drift is
  'What documents had that the publisher does not document, each once. Such documents are applied like all others.';
comment on column ingest.schema_drift.stream is 'The stream.';
comment on column ingest.schema_drift.fingerprint is 'Kind, path and value in one; each fingerprint is reported once.';
comment on column ingest.schema_drift.kind is
  'unknown-field: a field that is not documented; unknown-value: a word that is not in its vocabulary; '
  'unexpected-type: such as a number where there should be text; unstorable: what Postgres or UTF-8 can''t hold was replaced; '
  'missing-field: a field of the envelope that every event should have.';
comment on column ingest.schema_drift.path is
  'Where in the document; [] stands for any place in a list, and $ for the envelope around the document.';
comment on column ingest.schema_drift.value is 'The unknown word, the unexpected type, or what was replaced.';
comment on column ingest.schema_drift.sample is 'The first event that had it, or the first document of a file.';
comment on column ingest.schema_drift.timepoint is 'The timepoint of that event; null for a document of a file.';
comment on column ingest.schema_drift.resource_uri is 'The resource of that event or document.';
comment on column ingest.schema_drift.first_seen_at is 'When it was first seen.';
comment on column ingest.schema_drift.snapshot_id is 'The import of the file that had it first; null for an event.';
comment on column ingest.schema_drift.line is 'The number of the line in that file, from 1.';

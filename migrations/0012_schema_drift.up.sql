-- Why: the publisher's documents change without notice; what is new in them is reported once.
-- Locks: nothing that exists.
create table ingest.schema_drift (
  stream text not null,
  fingerprint text not null,
  kind text not null check (kind in ('unknown-field', 'unknown-value', 'unexpected-type')),
  path text not null,
  value text,
  sample jsonb not null,
  timepoint bigint not null,
  resource_uri text not null,
  first_seen_at timestamptz not null default now(),
  primary key (stream, fingerprint)
);

comment on table ingest.schema_drift is
  'What documents had that the publisher does not document, each once. Such documents are applied like all others.';
comment on column ingest.schema_drift.stream is 'The stream.';
comment on column ingest.schema_drift.fingerprint is 'Kind, path and value in one; each fingerprint is reported once.';
comment on column ingest.schema_drift.kind is
  'unknown-field: a field that is not documented; unknown-value: a word that is not in its vocabulary; '
  'unexpected-type: such as a number where there should be text.';
comment on column ingest.schema_drift.path is 'Where in the document; [] stands for any place in a list.';
comment on column ingest.schema_drift.value is 'The unknown word, or the unexpected type.';
comment on column ingest.schema_drift.sample is 'The first event that had it.';
comment on column ingest.schema_drift.timepoint is 'The timepoint of that event.';
comment on column ingest.schema_drift.resource_uri is 'The resource of that event.';
comment on column ingest.schema_drift.first_seen_at is 'When it was first seen.';

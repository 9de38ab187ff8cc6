-- Why: what all tables of streams share is stated once: each is created like this one, with its columns, checks and comments.
-- Locks: nothing that exists.
create table ingest.resource (
  resource_uri text primary key,
  resource_kind text not null,
  company_number text,
  data jsonb,
  data_timepoint bigint,
  timepoint bigint not null,
  published_at timestamptz,
  deleted boolean not null,
  updated_at timestamptz not null default now(),
  check ((data is null) = (data_timepoint is null)),
  check (data_timepoint <= timepoint)
);

comment on table ingest.resource is
  'A pattern without rows: the columns with which every table of a stream in schema register begins.';
comment on column ingest.resource.resource_uri is 'What identifies the resource, with a leading slash.';
comment on column ingest.resource.resource_kind is
  'The publisher''s word for what it is; empty for a kind that it has not mapped.';
comment on column ingest.resource.company_number is
  'The company that it belongs to, from the URI, in upper case; text, not a number.';
comment on column ingest.resource.data is
  'The document of the newest changed event. A deleted resource keeps the last one that was known.';
comment on column ingest.resource.data_timepoint is 'The timepoint of the event that data comes from.';
comment on column ingest.resource.timepoint is
  'The newest event of this resource in its stream; older ones change nothing.';
comment on column ingest.resource.published_at is 'When the publisher says that the newest event was published.';
comment on column ingest.resource.deleted is 'Whether the newest event is a delete: the row is a tombstone.';
comment on column ingest.resource.updated_at is 'When this row was last written.';

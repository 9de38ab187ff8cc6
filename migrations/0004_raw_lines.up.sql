-- Why: text and numbers that Postgres or UTF-8 can't hold are replaced, so that no document is lost. The exact bytes are kept
-- beside it, within bounds.
-- Locks: nothing that exists.
create table ingest.raw_lines (
  stream text not null,
  digest text not null,
  timepoint bigint,
  snapshot_id bigint,
  line bigint,
  reason text not null,
  raw bytea not null,
  bytes integer not null check (bytes >= octet_length(raw)),
  seen_at timestamptz not null default now(),
  primary key (stream, digest),
  check ((snapshot_id is null) = (line is null))
);

comment on table ingest.raw_lines is
  'Lines of which something was replaced before they were stored, with their exact bytes, as many as there is room for.';
comment on column ingest.raw_lines.stream is 'The stream that sent the line, or whose table a file has it for.';
comment on column ingest.raw_lines.digest is 'SHA-1 of the whole line, by which a line that comes again is known.';
comment on column ingest.raw_lines.timepoint is 'The timepoint of the event; null for a line of a file.';
comment on column ingest.raw_lines.snapshot_id is 'The file that had it; null for a line of a stream.';
comment on column ingest.raw_lines.line is 'The number of the line in that file, from 1.';
comment on column ingest.raw_lines.reason is 'What was replaced, and at which paths.';
comment on column ingest.raw_lines.raw is 'The line byte by byte, the first 64 KB of it.';
comment on column ingest.raw_lines.bytes is 'How long the whole line was.';
comment on column ingest.raw_lines.seen_at is 'When it first came.';

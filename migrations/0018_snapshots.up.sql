-- Why: the streams have what changes, the monthly and daily files have what exists. An import stages a file in chunks and
-- merges them. Each chunk can be merged again, and an import resumes after its last one.
-- Locks: nothing that exists.
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

create view ingest.snapshot_progress as
select
  snapshots.id, product, snapshot_date, part, parts, location, snapshots.state, started_at,
  coalesce(sum(chunks.rows), 0)::bigint as staged_rows,
  coalesce(sum(chunks.rows) filter (where chunks.state = 'merged'), 0)::bigint as merged_rows,
  coalesce(sum(chunks.rejects), 0)::bigint as rejects
from ingest.snapshots
left join ingest.snapshot_chunks as chunks on snapshot_id = snapshots.id
group by snapshots.id;

comment on view ingest.snapshot_progress is 'How far the import of each file has come.';
comment on column ingest.snapshot_progress.staged_rows is 'Rows that were read and wait to be merged, or are merged.';
comment on column ingest.snapshot_progress.merged_rows is 'Rows that are in the register.';
comment on column ingest.snapshot_progress.rejects is 'Rows that were refused.';

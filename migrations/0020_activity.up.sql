-- Why: how the streams moved in the last hours, and how far each import has come, in one row.
-- Locks: nothing that exists.
create table ingest.activity (
  stream text not null,
  minute timestamptz not null check (minute = date_trunc('minute', minute)),
  newest_timepoint bigint,
  watermark bigint not null,
  primary key (stream, minute)
);

comment on table ingest.activity is 'Where each stream stood minute by minute, kept two days. Their differences are its rate.';
comment on column ingest.activity.stream is 'The stream.';
comment on column ingest.activity.minute is 'The minute in which it was first looked at.';
comment on column ingest.activity.newest_timepoint is 'The newest timepoint that was in the database.';
comment on column ingest.activity.watermark is 'Up to where everything was in the database.';

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

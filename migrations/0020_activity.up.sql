-- Why: how the streams moved in the last hours, and all that an operator asks of one, in one row.
-- Locks: ingest.status is replaced.
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

drop view ingest.status;
create view ingest.status as
select
  coverage.stream,
  upper(coverage.covered) - 1 as newest_timepoint,
  ingest.watermark(coverage.origin, coverage.covered) as watermark,
  upper(coverage.covered) - 1 = ingest.watermark(coverage.origin, coverage.covered) as is_contiguous,
  holes.accepted as accepted_holes,
  holes.recent as recent_holes,
  holes.open as open_holes,
  (select count(*) from ingest.dead_letters
    where dead_letters.stream = coverage.stream and dead_letters.state = 'open') as open_dead_letters,
  newest.published_at as newest_published_at,
  newest.received_at as newest_received_at,
  coverage.updated_at as committed_at,
  extract(epoch from coverage.updated_at - newest.published_at)::float8 as lag_seconds,
  pg_stat_get_live_tuples(to_regclass('register.' || replace(coverage.stream, '-', '_'))) as approximate_rows
from ingest.coverage
cross join lateral (
  select
    count(*) filter (where state = 'accepted') as accepted,
    count(*) filter (where state = 'accepted' and first_seen_at > now() - interval '1 day') as recent,
    count(*) filter (where state = 'open' and first_seen_at < now() - interval '10 seconds') as open
  from ingest.holes
  where holes.stream = coverage.stream
) as holes
left join lateral (
  select events.published_at, events.received_at
  from ingest.events
  where events.stream = coverage.stream
  order by events.timepoint desc
  limit 1
) as newest on true;

comment on view ingest.status is 'How the copy of each stream stands.';
comment on column ingest.status.watermark is 'Everything up to here has ended in this database.';
comment on column ingest.status.open_holes is
  'Gaps that have lasted ten seconds: workers that overtake each other make shorter ones all the time.';
comment on column ingest.status.recent_holes is 'Accepted holes that were found in the last 24 hours.';
comment on column ingest.status.lag_seconds is 'From the publication of the newest event to its commit here.';
comment on column ingest.status.approximate_rows is 'Rows of the stream''s table as the statistics of Postgres estimate them.';

-- Why: one row for each stream shows an operator the state of the copy. Between two epochs nothing is missing, so the hole
-- between them does not count as recent.
-- Locks: nothing that exists.
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
    count(*) filter (
      where state = 'accepted' and cause <> 'epoch' and first_seen_at > now() - interval '1 day'
    ) as recent,
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

comment on view ingest.status is 'The state of the copy of each stream.';
comment on column ingest.status.watermark is 'Everything up to here has ended in this database.';
comment on column ingest.status.open_holes is
  'Gaps that have lasted ten seconds: workers that overtake each other make shorter ones all the time.';
comment on column ingest.status.recent_holes is
  'Accepted holes that were found in the last 24 hours, but for those between two epochs.';
comment on column ingest.status.lag_seconds is 'From the publication of the newest event to its commit here.';
comment on column ingest.status.approximate_rows is 'Rows of the stream''s table as the statistics of Postgres estimate them.';

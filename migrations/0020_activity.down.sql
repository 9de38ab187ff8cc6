drop view ingest.snapshot_progress;
drop table ingest.activity;
drop view ingest.status;
create view ingest.status as
select
  coverage.stream,
  upper(coverage.covered) - 1 as newest_timepoint,
  ingest.watermark(coverage.origin, coverage.covered) as watermark,
  upper(coverage.covered) - 1 = ingest.watermark(coverage.origin, coverage.covered) as is_contiguous,
  (select count(*) from ingest.holes where holes.stream = coverage.stream and holes.state = 'accepted') as accepted_holes,
  (select count(*) from ingest.holes where holes.stream = coverage.stream and holes.state = 'open') as open_holes,
  (select count(*) from ingest.dead_letters
    where dead_letters.stream = coverage.stream and dead_letters.state = 'open') as open_dead_letters,
  newest.published_at as newest_published_at,
  coverage.updated_at as committed_at,
  extract(epoch from coverage.updated_at - newest.published_at)::float8 as lag_seconds,
  pg_stat_get_live_tuples(to_regclass('register.' || replace(coverage.stream, '-', '_'))) as approximate_rows
from ingest.coverage
left join lateral (
  select events.published_at
  from ingest.events
  where events.stream = coverage.stream
  order by events.timepoint desc
  limit 1
) as newest on true;

comment on view ingest.status is 'How the copy of each stream stands.';
comment on column ingest.status.watermark is 'Everything up to here has ended in this database.';
comment on column ingest.status.lag_seconds is 'From the publication of the newest event to its commit here.';
comment on column ingest.status.approximate_rows is 'Rows of the stream''s table as the statistics of Postgres estimate them.';

-- The stored timepoints of later epochs stay as they are, and so do their holes and the audit: the lists of words are
-- checked for new rows only. A version without epochs can not follow a stream of a later one.
create or replace view ingest.status as
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

comment on column ingest.status.recent_holes is 'Accepted holes that were found in the last 24 hours.';

alter table ingest.audit drop constraint audit_what_check;
alter table ingest.audit add constraint audit_what_check
  check (what in ('replay', 'dry-run', 'discard', 'rewind', 'rebuild')) not valid;
comment on column ingest.audit.what is
  'replay, dry-run and discard are of dead letters; rewind: a stream is read again; rebuild: a table was rebuilt from the log.';

alter table ingest.holes drop constraint holes_cause_check;
alter table ingest.holes add constraint holes_cause_check
  check (cause in ('jump', 'late-start', 'expired', 'unexplained', 'downstream')) not valid;
comment on column ingest.holes.cause is
  'jump: left out between two events; late-start: the stream resumed too late; expired: the position was too old (416); '
  'unexplained: a batch lacked them; downstream: read, but lost between the queue and the database.';

drop table ingest.epochs;

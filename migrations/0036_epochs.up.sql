-- Why: a publisher that counts a stream anew must not freeze its rows. A stored timepoint is the publisher's plus the base
-- of its epoch, so that stored timepoints go on growing; this table says which epochs were begun, and where.
-- Locks: ingest.holes and ingest.audit for the length of a scan, as their lists of words are checked; ingest.status for a
-- moment.
create table ingest.epochs (
  stream text not null,
  epoch integer not null check (epoch > 0),
  after bigint not null,
  first bigint not null,
  begun_at timestamptz not null default now(),
  who text not null check (who <> ''),
  because text not null check (because <> ''),
  primary key (stream, epoch),
  check (after < first),
  check (first > epoch * 1000000000000 and first < (epoch + 1) * 1000000000000::bigint)
);

comment on table ingest.epochs is
  'When the publisher counted a stream anew. A timepoint of epoch n is stored as the publisher''s plus n times 10^12.';
comment on column ingest.epochs.stream is 'The stream.';
comment on column ingest.epochs.epoch is 'Which one; the count before the first row is epoch 0.';
comment on column ingest.epochs.after is 'The last timepoint of the epoch before it.';
comment on column ingest.epochs.first is 'The first timepoint that was asked for, as stored.';
comment on column ingest.epochs.begun_at is 'When it was begun here.';
comment on column ingest.epochs.who is 'The person who began it, as in ingest.audit.';
comment on column ingest.epochs.because is 'The reason that was given.';

alter table ingest.holes drop constraint holes_cause_check;
alter table ingest.holes add constraint holes_cause_check
  check (cause in ('jump', 'late-start', 'expired', 'unexplained', 'downstream', 'epoch'));
comment on column ingest.holes.cause is
  'jump: left out between two events; late-start: the stream resumed too late; expired: the position was too old (416); '
  'unexplained: a batch lacked them; downstream: read, but lost between the queue and the database; epoch: between two '
  'epochs, where the publisher has no events.';

alter table ingest.audit drop constraint audit_what_check;
alter table ingest.audit add constraint audit_what_check
  check (what in ('replay', 'dry-run', 'discard', 'rewind', 'rebuild', 'epoch'));
comment on column ingest.audit.what is
  'replay, dry-run and discard are of dead letters; rewind: a stream is read again; rebuild: a table was rebuilt from the '
  'log; epoch: a new epoch of a stream was begun.';

-- Only the count of recent holes changes: between two epochs nothing is missing.
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

comment on column ingest.status.recent_holes is
  'Accepted holes that were found in the last 24 hours, but for those between two epochs.';

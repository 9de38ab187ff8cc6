-- Why: which timepoints of a stream ended here, which are missing and why, and where the publisher counted anew. The copy is
-- complete up to the watermark, and a stream resumes from it.
-- Locks: nothing that exists.
create table ingest.coverage (
  stream text primary key,
  origin bigint not null,
  covered int8multirange not null default '{}',
  updated_at timestamptz not null default now(),
  expired_up_to bigint,
  packed_up_to bigint,
  derived_up_to bigint
);

comment on table ingest.coverage is
  'Which timepoints of a stream ended in this database, as events, dead letters or recorded holes.';
comment on column ingest.coverage.stream is 'The stream.';
comment on column ingest.coverage.origin is
  'The timepoint before the first event that was ever read of the stream: the contiguous prefix starts right after it.';
comment on column ingest.coverage.covered is 'The timepoints that ended here.';
comment on column ingest.coverage.updated_at is 'When an event of the stream was last committed.';
comment on column ingest.coverage.expired_up_to is 'The log no longer holds events up to here; null when it holds all.';
comment on column ingest.coverage.packed_up_to is 'Payloads up to here were packed into blocks; null when none were.';
comment on column ingest.coverage.derived_up_to is
  'Status changes are derived up to here, at most up to the watermark; null when none were, as for streams that have '
  'no status.';

create function ingest.watermark(origin bigint, covered int8multirange) returns bigint
  language sql immutable strict parallel safe
  return coalesce((select upper(part) - 1 from unnest(covered) as part where part @> origin + 1), origin);

comment on function ingest.watermark(bigint, int8multirange) is
  'The end of the contiguous prefix: everything after origin and up to here is covered. The origin itself when nothing is.';

create table ingest.holes (
  stream text not null,
  after bigint not null,
  up_to bigint not null,
  cause text not null check (cause in ('jump', 'late-start', 'expired', 'unexplained', 'downstream', 'epoch')),
  state text not null check (state in ('open', 'accepted', 'repaired')),
  attempts integer not null default 0 check (attempts >= 0),
  first_seen_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (stream, after, up_to),
  check (after < up_to)
);

comment on table ingest.holes is 'Timepoints in (after, up_to] that did not arrive.';
comment on column ingest.holes.stream is 'The stream.';
comment on column ingest.holes.after is 'The last timepoint before the hole.';
comment on column ingest.holes.up_to is 'The last timepoint of the hole.';
comment on column ingest.holes.cause is
  'jump: left out between two events; late-start: the stream resumed too late; expired: the position was too old (416); '
  'unexplained: a batch lacked them; downstream: read, but lost between the queue and the database; epoch: between two '
  'epochs, where the publisher has no events.';
comment on column ingest.holes.state is
  'open: being asked for again; accepted: the publisher does not have them; repaired: they arrived after all.';
comment on column ingest.holes.attempts is 'How many times the events were asked for again.';
comment on column ingest.holes.first_seen_at is 'When the hole was found.';
comment on column ingest.holes.updated_at is 'When its state last changed.';

-- A publisher that counts a stream anew must not freeze its rows: a stored timepoint is the publisher's plus the base of
-- its epoch, so that stored timepoints go on growing.
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

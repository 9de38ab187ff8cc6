-- Why: the ledger of what was read from the streams, in which order it stands and what is missing.
-- Locks: nothing that exists. The schema ingest is there already: it has the ledger of the migrations.

create table ingest.events (
  stream text not null,
  timepoint bigint not null,
  resource_uri text not null,
  company_number text,
  type text not null check (type in ('changed', 'deleted')),
  published_at timestamptz,
  received_at timestamptz not null,
  payload jsonb,
  outcome text not null check (outcome in ('applied', 'stale')),
  block_id bigint,
  primary key (stream, timepoint),
  check ((payload is null) = (block_id is not null))
);
create index events_company on ingest.events (company_number, stream, timepoint);

comment on table ingest.events is
  'The log: every event that was read and understood, kept EVENT_RETENTION_DAYS. Read it through the view ingest.event_log.';
comment on column ingest.events.stream is 'The stream that sent the event.';
comment on column ingest.events.timepoint is 'The publisher''s position of the event in its stream.';
comment on column ingest.events.resource_uri is 'The resource that the event is about, with a leading slash.';
comment on column ingest.events.company_number is 'The company that the resource belongs to, from its URI.';
comment on column ingest.events.type is 'changed: data is the resource; deleted: it is gone.';
comment on column ingest.events.published_at is
  'When the publisher says that it was published; null when that can''t be read. Never the order of events.';
comment on column ingest.events.received_at is 'When the ingestor read the first line of the batch that brought it.';
comment on column ingest.events.payload is 'The whole event as the stream sent it; null once it was packed into a block.';
comment on column ingest.events.block_id is 'The block of ingest.event_blocks that holds the packed payload.';
comment on column ingest.events.outcome is
  'applied: newer than what the register held when it arrived; stale: older, kept in the log only.';

-- A row of the log is too small for Postgres to compress; many payloads together are not.
create table ingest.event_blocks (
  id bigint generated always as identity primary key,
  stream text not null,
  last_timepoint bigint not null,
  payloads jsonb not null
);
create index event_blocks_place on ingest.event_blocks (stream, last_timepoint);

comment on table ingest.event_blocks is 'Payloads of the older part of the log, many in one compressed value.';
comment on column ingest.event_blocks.id is 'What the column block_id of ingest.events refers to.';
comment on column ingest.event_blocks.stream is 'The stream of all events in the block.';
comment on column ingest.event_blocks.last_timepoint is 'The greatest timepoint in the block, which expires with it.';
comment on column ingest.event_blocks.payloads is 'Payloads by timepoint.';

create view ingest.event_log as
select
  events.stream, events.timepoint, resource_uri, company_number, type, published_at, received_at,
  coalesce(payload, payloads -> events.timepoint::text) as payload, outcome
from ingest.events
left join ingest.event_blocks on event_blocks.id = events.block_id;

comment on view ingest.event_log is 'The log with all payloads, packed or not.';

create table ingest.coverage (
  stream text primary key,
  origin bigint not null,
  covered int8multirange not null default '{}',
  updated_at timestamptz not null default now(),
  expired_up_to bigint,
  packed_up_to bigint
);

comment on table ingest.coverage is 'Which timepoints of a stream ended in this database, as events, dead letters or recorded holes.';
comment on column ingest.coverage.stream is 'The stream.';
comment on column ingest.coverage.origin is
  'The timepoint before the first event that was ever read of the stream: the contiguous prefix starts right after it.';
comment on column ingest.coverage.covered is 'The timepoints that ended here.';
comment on column ingest.coverage.updated_at is 'When an event of the stream was last committed.';
comment on column ingest.coverage.expired_up_to is 'The log no longer holds events up to here; null when it holds all.';
comment on column ingest.coverage.packed_up_to is 'Payloads up to here were packed into blocks; null when none were.';

create function ingest.watermark(origin bigint, covered int8multirange) returns bigint
  language sql immutable strict parallel safe
  return coalesce((select upper(part) - 1 from unnest(covered) as part where part @> origin + 1), origin);

comment on function ingest.watermark(bigint, int8multirange) is
  'The end of the contiguous prefix: everything after origin and up to here is covered. The origin itself when nothing is.';

create table ingest.holes (
  stream text not null,
  after bigint not null,
  up_to bigint not null,
  cause text not null check (cause in ('jump', 'late-start', 'expired', 'unexplained', 'downstream')),
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
comment on column ingest.holes.attempts is 'How many times the events were asked for again.';
comment on column ingest.holes.first_seen_at is 'When the hole was found.';
comment on column ingest.holes.updated_at is 'When its state last changed.';
comment on column ingest.holes.cause is
  'jump: left out between two events; late-start: the stream resumed too late; expired: the position was too old (416); '
  'unexplained: a batch lacked them; downstream: read, but lost between the queue and the database.';
comment on column ingest.holes.state is
  'open: being asked for again; accepted: the publisher does not have them; repaired: they arrived after all.';

create table ingest.dead_letters (
  id bigint generated always as identity primary key,
  stream text not null,
  timepoint bigint,
  resource_uri text,
  reason text not null check (reason in ('unreadable', 'envelope', 'rejected')),
  detail text not null,
  raw text not null,
  raw_digest text not null generated always as (md5(raw)) stored,
  state text not null default 'open' check (state in ('open', 'replayed', 'superseded', 'discarded')),
  attempts integer not null default 1 check (attempts > 0),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);
create unique index dead_letters_place on ingest.dead_letters (stream, timepoint) where timepoint is not null;
create unique index dead_letters_stray on ingest.dead_letters (stream, raw_digest) where timepoint is null;
create index dead_letters_open on ingest.dead_letters (stream, timepoint) where state = 'open';

comment on table ingest.dead_letters is 'Lines that could not be applied, each with its raw text and the reason.';
comment on column ingest.dead_letters.id is 'Its number.';
comment on column ingest.dead_letters.stream is 'The stream that sent the line.';
comment on column ingest.dead_letters.resource_uri is 'The resource that the event is about, when that could be read.';
comment on column ingest.dead_letters.detail is 'What exactly was wrong.';
comment on column ingest.dead_letters.raw is 'The line as it came; U+2400 stands for U+0000, which Postgres can''t hold.';
comment on column ingest.dead_letters.raw_digest is 'MD5 of raw, which distinguishes lines without a timepoint.';
comment on column ingest.dead_letters.state is
  'open: not applied yet; replayed: applied after all; superseded: the timepoint was applied meanwhile; discarded: given up.';
comment on column ingest.dead_letters.attempts is 'How many times it came or was tried.';
comment on column ingest.dead_letters.first_seen_at is 'When it first came.';
comment on column ingest.dead_letters.last_seen_at is 'When it last came or changed its state.';
comment on column ingest.dead_letters.timepoint is 'Null for a line that is no event and has no place in the stream.';
comment on column ingest.dead_letters.reason is
  'unreadable: not JSON; envelope: no valid event envelope; rejected: refused by the database.';

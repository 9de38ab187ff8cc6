-- Why: the ledger of what was read from the streams, in which order it stands and what is missing.
-- Locks: nothing that exists.
create schema if not exists ingest;

create table ingest.events (
  stream text not null,
  timepoint bigint not null,
  resource_uri text not null,
  company_number text,
  type text not null check (type in ('changed', 'deleted')),
  published_at timestamptz,
  received_at timestamptz not null,
  payload jsonb not null,
  outcome text not null check (outcome in ('applied', 'stale')),
  primary key (stream, timepoint)
);
create index events_company on ingest.events (company_number, stream, timepoint);

comment on table ingest.events is 'Every event that was read and understood.';
comment on column ingest.events.timepoint is 'The publisher''s position of the event in its stream.';
comment on column ingest.events.payload is 'The whole event as the stream sent it.';
comment on column ingest.events.outcome is
  'applied: newer than what the register held when it arrived; stale: older, kept in the log only.';

create table ingest.coverage (
  stream text primary key,
  origin bigint not null,
  covered int8multirange not null default '{}',
  updated_at timestamptz not null default now()
);

comment on table ingest.coverage is 'Which timepoints of a stream ended in this database, as events, dead letters or recorded holes.';
comment on column ingest.coverage.origin is
  'The timepoint before the first event that was ever read of the stream: the contiguous prefix starts right after it.';

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
comment on column ingest.dead_letters.timepoint is 'Null for a line that is no event and has no place in the stream.';
comment on column ingest.dead_letters.reason is
  'unreadable: not JSON; envelope: no valid event envelope; rejected: refused by the database.';

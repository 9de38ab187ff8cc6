-- Why: a line that can't be applied harms only itself. It is kept whole with its reason, and is found and replayed by what is
-- wrong with it, by company and by time.
-- Locks: nothing that exists.
create function ingest.fingerprint(detail text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(
    regexp_replace(
      -- Names that Postgres puts in quotes say what is wrong.
      regexp_replace(detail, '(relation|constraint|column|table|function|type|index) "([^"]*)"', '\1 \2', 'g'),
      '"[^"]*"|''[^'']*''', '…', 'g'),
    '[0-9]+', '#', 'g');

comment on function ingest.fingerprint(text) is
  'What is wrong without what it is wrong with: values in quotes and numbers are left out, so that alike letters are '
  'one group.';

create table ingest.dead_letters (
  id bigint generated always as identity primary key,
  stream text not null,
  timepoint bigint,
  resource_uri text,
  reason text not null check (reason in ('unreadable', 'envelope', 'rejected', 'conflict', 'derivation')),
  detail text not null,
  raw text not null,
  raw_digest text not null generated always as (md5(raw)) stored,
  state text not null default 'open' check (state in ('open', 'replayed', 'superseded', 'discarded')),
  attempts integer not null default 1 check (attempts > 0),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  path text,
  company_number text
    generated always as (upper(substring(resource_uri from '^/company/([A-Za-z0-9]{6,10})(?:/|$)'))) stored,
  fingerprint text not null generated always as (ingest.fingerprint(detail)) stored,
  raw_bytes bytea
);
-- Letters of a conflict and of a derivation stand beside an event of their timepoint: a place may have one of each kind.
create unique index dead_letters_place on ingest.dead_letters (
  stream, timepoint, (case reason when 'conflict' then raw_digest when 'derivation' then reason else '' end)
) where timepoint is not null;
create unique index dead_letters_stray on ingest.dead_letters (stream, raw_digest) where timepoint is null;
create index dead_letters_open on ingest.dead_letters (stream, timepoint) where state = 'open';
create index dead_letters_resource on ingest.dead_letters (stream, resource_uri, timepoint) where state = 'open';
create index dead_letters_derivation on ingest.dead_letters (stream, company_number, timepoint)
  where reason = 'derivation';

comment on table ingest.dead_letters is
  'Lines that could not be applied, each with its raw text and the reason. Those that are not open are kept '
  'LETTER_RETENTION_DAYS.';
comment on column ingest.dead_letters.id is 'Its number.';
comment on column ingest.dead_letters.stream is 'The stream that sent the line.';
comment on column ingest.dead_letters.timepoint is 'Null for a line that is no event and has no place in the stream.';
comment on column ingest.dead_letters.resource_uri is
  'The resource that the event is about, when that could be read; the beginning of what is longer than any resource.';
comment on column ingest.dead_letters.reason is
  'unreadable: not JSON; envelope: no valid event envelope; rejected: refused by the database; conflict: another event '
  'has the same timepoint; derivation: the event is applied, but the change of status that follows from it is refused.';
comment on column ingest.dead_letters.detail is 'What exactly was wrong.';
comment on column ingest.dead_letters.raw is
  'The line as it came; U+FFFD stands for what a text can''t hold: U+0000 and bytes that are no UTF-8.';
comment on column ingest.dead_letters.raw_digest is 'MD5 of raw, which distinguishes lines without a timepoint.';
comment on column ingest.dead_letters.state is
  'open: not applied yet; replayed: applied after all; superseded: its timepoint, or a newer document of its resource, was '
  'applied meanwhile; discarded: given up.';
comment on column ingest.dead_letters.attempts is 'How many times it came or was tried.';
comment on column ingest.dead_letters.first_seen_at is 'When it first came.';
comment on column ingest.dead_letters.last_seen_at is 'When it last came or changed its state.';
comment on column ingest.dead_letters.path is
  'The part of the event that was refused: the path of a field, or a column or constraint of the database; null for all of it.';
comment on column ingest.dead_letters.company_number is 'The company that the resource belongs to, from its URI.';
comment on column ingest.dead_letters.fingerprint is
  'The detail without values and numbers: letters with the same cause share it.';
comment on column ingest.dead_letters.raw_bytes is
  'The line byte by byte, when raw does not hold it exactly; null when it does.';

create view ingest.dead_letter_groups as
select
  state, stream, reason, fingerprint, min(path) as path,
  count(*) as letters,
  count(distinct company_number) as companies,
  min(timepoint) as first_timepoint,
  max(timepoint) as last_timepoint,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at,
  min(detail) as example
from ingest.dead_letters
group by state, stream, reason, fingerprint;

comment on view ingest.dead_letter_groups is 'Dead letters that are alike, as one row.';
comment on column ingest.dead_letter_groups.letters is 'The number of letters.';
comment on column ingest.dead_letter_groups.companies is 'The number of companies that they are about.';
comment on column ingest.dead_letter_groups.example is 'What exactly was wrong with one of them.';

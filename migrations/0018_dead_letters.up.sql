-- Why: dead letters are found and replayed by what is wrong with them, by company and by time.
-- Locks: rewrites ingest.dead_letters, which blocks its readers and writers meanwhile; few rows.
create function ingest.fingerprint(detail text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(
    regexp_replace(
      -- Names that Postgres puts in quotes say what is wrong.
      regexp_replace(detail, '(relation|constraint|column|table|function|type|index) "([^"]*)"', '\1 \2', 'g'),
      '"[^"]*"|''[^'']*''', '…', 'g'),
    '[0-9]+', '#', 'g');

comment on function ingest.fingerprint(text) is
  'What is wrong without what it is wrong with: values in quotes and numbers are left out, so that alike letters are one group.';

alter table ingest.dead_letters
  add column path text,
  add column company_number text
    generated always as (upper(substring(resource_uri from '^/company/([A-Za-z0-9]{6,10})(?:/|$)'))) stored,
  add column fingerprint text not null generated always as (ingest.fingerprint(detail)) stored;

create index dead_letters_resource on ingest.dead_letters (stream, resource_uri, timepoint) where state = 'open';

comment on column ingest.dead_letters.path is
  'The part of the event that was refused: the path of a field, or a column or constraint of the database; null for all of it.';
comment on column ingest.dead_letters.company_number is 'The company that the resource belongs to, from its URI.';
comment on column ingest.dead_letters.fingerprint is 'The detail without values and numbers: letters with the same cause share it.';
comment on column ingest.dead_letters.state is
  'open: not applied yet; replayed: applied after all; superseded: its timepoint, or a newer document of its resource, was '
  'applied meanwhile; discarded: given up.';

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

-- Why: two more reasons for a dead letter: another event has its timepoint, and what the log says of a status is refused.
-- Such a letter stands beside an event of its timepoint, so a place may have one letter of each kind.
-- Locks: ingest.dead_letters against writers while its index is built; few rows.
alter table ingest.dead_letters drop constraint dead_letters_reason_check;
alter table ingest.dead_letters add constraint dead_letters_reason_check
  check (reason in ('unreadable', 'envelope', 'rejected', 'conflict', 'derivation'));

drop index ingest.dead_letters_place;
create unique index dead_letters_place on ingest.dead_letters (
  stream, timepoint, (case reason when 'conflict' then raw_digest when 'derivation' then reason else '' end)
) where timepoint is not null;
create index dead_letters_derivation on ingest.dead_letters (stream, company_number, timepoint)
  where reason = 'derivation';

comment on column ingest.dead_letters.reason is
  'unreadable: not JSON; envelope: no valid event envelope; rejected: refused by the database; conflict: another event '
  'has the same timepoint; derivation: the event is applied, but the change of status that follows from it is refused.';
comment on column ingest.dead_letters.resource_uri is
  'The resource that the event is about, when that could be read; the beginning of what is longer than any resource.';

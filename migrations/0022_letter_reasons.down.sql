delete from ingest.dead_letters where reason in ('conflict', 'derivation');
drop index ingest.dead_letters_derivation;
drop index ingest.dead_letters_place;
create unique index dead_letters_place on ingest.dead_letters (stream, timepoint) where timepoint is not null;
alter table ingest.dead_letters drop constraint dead_letters_reason_check;
alter table ingest.dead_letters add constraint dead_letters_reason_check
  check (reason in ('unreadable', 'envelope', 'rejected'));
comment on column ingest.dead_letters.reason is
  'unreadable: not JSON; envelope: no valid event envelope; rejected: refused by the database.';
comment on column ingest.dead_letters.resource_uri is 'The resource that the event is about, when that could be read.';

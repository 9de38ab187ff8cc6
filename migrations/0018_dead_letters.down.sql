drop view ingest.dead_letter_groups;
drop index ingest.dead_letters_resource;
alter table ingest.dead_letters drop column fingerprint, drop column company_number, drop column path;
comment on column ingest.dead_letters.state is
  'open: not applied yet; replayed: applied after all; superseded: the timepoint was applied meanwhile; discarded: given up.';
drop function ingest.fingerprint(text);

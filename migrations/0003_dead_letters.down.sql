drop view ingest.dead_letter_groups;
drop table ingest.dead_letters;
drop function ingest.fingerprint(text);

drop view ingest.event_log;
drop table ingest.event_blocks;
drop table ingest.events;

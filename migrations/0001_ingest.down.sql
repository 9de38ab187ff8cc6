drop table ingest.dead_letters;
drop table ingest.holes;
drop table ingest.coverage;
drop function ingest.watermark(bigint, int8multirange);
drop view ingest.event_log;
drop table ingest.event_blocks;
drop table ingest.events;

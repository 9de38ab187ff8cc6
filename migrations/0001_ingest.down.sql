drop table ingest.dead_letters;
drop table ingest.holes;
drop table ingest.coverage;
drop function ingest.watermark(bigint, int8multirange);
drop table ingest.events;
drop schema ingest;

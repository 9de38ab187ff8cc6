drop table ingest.epochs;
drop table ingest.holes;
drop function ingest.watermark(bigint, int8multirange);
drop table ingest.coverage;

drop table ingest.raw_lines;

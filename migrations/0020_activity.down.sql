drop view ingest.snapshot_progress;
drop table ingest.activity;

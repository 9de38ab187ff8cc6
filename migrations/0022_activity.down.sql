drop table ingest.activity;

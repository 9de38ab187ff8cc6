drop view ingest.status;

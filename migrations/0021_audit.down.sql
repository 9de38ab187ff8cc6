drop table ingest.audit;

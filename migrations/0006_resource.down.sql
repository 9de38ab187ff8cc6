drop table ingest.resource;

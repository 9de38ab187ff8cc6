drop table ingest.schema_drift;

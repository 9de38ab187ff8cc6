alter table ingest.coverage drop column derived_up_to;

drop view register.missing_from_snapshot;
drop view ingest.drift_summary;
drop table ingest.drift;
drop function
  register.drift_whole(jsonb, timestamptz, jsonb, date),
  register.drift(jsonb, timestamptz, jsonb, date),
  register.differences(jsonb, jsonb);

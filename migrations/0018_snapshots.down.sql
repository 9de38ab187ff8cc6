-- An import that was not finished has a table of its own.
do $$
declare
  staging record;
begin
  for staging in select tablename from pg_tables where schemaname = 'ingest' and tablename like 'snapshot\_staging\_%'
  loop
    execute format('drop table ingest.%I', staging.tablename);
  end loop;
end
$$;
drop view ingest.snapshot_progress;
drop table ingest.snapshot_rejects, ingest.snapshot_chunks, ingest.snapshots;

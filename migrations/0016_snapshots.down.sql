do $$
declare
  "table" text;
begin
  foreach "table" in array array[
    'companies', 'persons_with_significant_control', 'persons_with_significant_control_statements', 'company_exemptions'
  ]
  loop
    execute format('delete from register.%I where timepoint is null', "table");
    execute format(
      'update register.%I set data = stream_data, deleted = data_timepoint is distinct from timepoint
       where snapshot_date is not null',
      "table");
    execute format(
      'alter table register.%1$I
         drop column stream_data,
         drop column snapshot_data,
         drop column snapshot_date,
         alter column timepoint set not null,
         add constraint resource_check check ((data is null) = (data_timepoint is null)),
         reset (fillfactor, toast_tuple_target)',
      "table");
    execute format(
      'comment on column register.%I.data is %L', "table",
      'The document of the newest changed event. A deleted resource keeps the last one that was known.');
    execute format(
      'comment on column register.%I.data_timepoint is %L', "table", 'The timepoint of the event that data comes from.');
    execute format(
      'comment on column register.%I.timepoint is %L', "table",
      'The newest event of this resource in its stream; older ones change nothing.');
    execute format(
      'comment on column register.%I.deleted is %L', "table", 'Whether the newest event is a delete: the row is a tombstone.');
  end loop;
end
$$;
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
drop view ingest.drift_summary;
drop table ingest.drift, ingest.snapshot_rejects, ingest.snapshot_chunks, ingest.snapshots;

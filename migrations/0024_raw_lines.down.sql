comment on column ingest.schema_drift.value is 'The unknown word, or the unexpected type.';
comment on column ingest.schema_drift.path is 'Where in the document; [] stands for any place in a list.';
comment on column ingest.schema_drift.kind is
  'unknown-field: a field that is not documented; unknown-value: a word that is not in its vocabulary; '
  'unexpected-type: such as a number where there should be text.';
delete from ingest.schema_drift where kind in ('unstorable', 'missing-field');
alter table ingest.schema_drift
  drop constraint schema_drift_kind_check,
  add constraint schema_drift_kind_check check (kind in ('unknown-field', 'unknown-value', 'unexpected-type'));

comment on column ingest.dead_letters.raw is 'The line as it came; U+2400 stands for U+0000, which Postgres can''t hold.';
alter table ingest.dead_letters drop column raw_bytes;
drop table ingest.raw_lines;

-- Why: what people do to the copy must be known afterwards.
-- Locks: nothing that exists.
create table ingest.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  who text not null check (who <> ''),
  what text not null check (what in ('replay', 'dry-run', 'discard', 'rewind', 'rebuild', 'epoch')),
  details jsonb not null check (jsonb_typeof(details) = 'object')
);
create index audit_at on ingest.audit (at desc);

comment on table ingest.audit is 'What people did by command or dashboard, kept AUDIT_RETENTION_DAYS.';
comment on column ingest.audit.id is 'Its number.';
comment on column ingest.audit.at is 'When it was done.';
comment on column ingest.audit.who is 'The person who did it, as the dashboard or the system of the command line knows them.';
comment on column ingest.audit.what is
  'replay, dry-run and discard are of dead letters; rewind: a stream is read again; rebuild: a table was rebuilt from the '
  'log; epoch: a new epoch of a stream was begun.';
comment on column ingest.audit.details is 'The subject of the action, its reason when one was given, and its result so far.';

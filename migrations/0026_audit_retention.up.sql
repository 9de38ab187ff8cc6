-- Why: the audit is bounded by AUDIT_RETENTION_DAYS, and letters that are not open by LETTER_RETENTION_DAYS.
-- Locks: nothing; only comments change.
comment on table ingest.audit is 'What people did by command or dashboard, kept AUDIT_RETENTION_DAYS.';
comment on table ingest.dead_letters is
  'Lines that could not be applied, each with its raw text and the reason. Those that are not open are kept LETTER_RETENTION_DAYS.';

-- Why: status changes are derived in steps of a bounded size, so that a watermark that jumps over a million events does
-- not derive them all in one statement under the lock of the coverage.
-- Locks: ingest.coverage for a moment; nine rows.
alter table ingest.coverage add column derived_up_to bigint;
update ingest.coverage set derived_up_to = ingest.watermark(origin, covered) where stream = 'companies';

comment on column ingest.coverage.derived_up_to is
  'Status changes are derived up to here, at most up to the watermark; null when none were, as for streams that have no status.';

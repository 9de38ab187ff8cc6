-- Why: the changes of status of each company in timepoint order, which the copy derives from the log up to the watermark.
-- Texts are indexed by their first 200 characters, or by their hash where only equality is asked for: a key of an index
-- holds about 2,700 bytes (docs/decisions/0017).
-- Locks: nothing that exists.
create table register.company_status_changes (
  company_number text not null,
  timepoint bigint not null,
  published_at timestamptz,
  from_status text,
  from_status_detail text,
  to_status text not null,
  to_status_detail text,
  primary key (company_number, timepoint)
);
create index company_status_changes_to
  on register.company_status_changes (left(to_status, 200), left(to_status_detail, 200), timepoint);

comment on table register.company_status_changes is
  'Every change of status or status detail, in timepoint order, complete up to the watermark of the stream. '
  'The first status that is known of a company comes from null.';
comment on column register.company_status_changes.company_number is 'The company.';
comment on column register.company_status_changes.timepoint is 'The event of the stream companies that has the change.';
comment on column register.company_status_changes.published_at is 'When the publisher says that this event was published.';
comment on column register.company_status_changes.from_status is 'The status before; null when none was known.';
comment on column register.company_status_changes.from_status_detail is 'The status detail before.';
comment on column register.company_status_changes.to_status is 'The status after.';
comment on column register.company_status_changes.to_status_detail is 'The status detail after.';

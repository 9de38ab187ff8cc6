-- Why: how the streams moved in the last hours.
-- Locks: nothing that exists.
create table ingest.activity (
  stream text not null,
  minute timestamptz not null check (minute = date_trunc('minute', minute)),
  newest_timepoint bigint,
  watermark bigint not null,
  primary key (stream, minute)
);

comment on table ingest.activity is 'Where each stream stood minute by minute, kept two days. Their differences are its rate.';
comment on column ingest.activity.stream is 'The stream.';
comment on column ingest.activity.minute is 'The minute in which it was first looked at.';
comment on column ingest.activity.newest_timepoint is 'The newest timepoint that was in the database.';
comment on column ingest.activity.watermark is 'Up to where everything was in the database.';

-- Why: the log of the events. It proves what the register holds, and a table can be rebuilt from it.
-- Locks: nothing that exists. The runner created the schema ingest, which has the ledger of the migrations.
create table ingest.events (
  stream text not null,
  timepoint bigint not null,
  resource_uri text not null,
  company_number text,
  type text not null check (type in ('changed', 'deleted')),
  published_at timestamptz,
  received_at timestamptz not null,
  payload jsonb,
  outcome text not null check (outcome in ('applied', 'stale')),
  block_id bigint,
  primary key (stream, timepoint),
  check ((payload is null) = (block_id is not null))
);
create index events_company on ingest.events (company_number, stream, timepoint);

comment on table ingest.events is
  'The log: every event that was read and understood, kept EVENT_RETENTION_DAYS. Read it through the view ingest.event_log.';
comment on column ingest.events.stream is 'The stream that sent the event.';
comment on column ingest.events.timepoint is 'The publisher''s position of the event in its stream.';
comment on column ingest.events.resource_uri is 'The resource that the event is about, with a leading slash.';
comment on column ingest.events.company_number is 'The company that the resource belongs to, from its URI.';
comment on column ingest.events.type is 'changed: data is the resource; deleted: it is gone.';
comment on column ingest.events.published_at is
  'When the publisher says that it was published; null when that can''t be read. Never the order of events.';
comment on column ingest.events.received_at is 'When the ingestor read the first line of the batch that brought it.';
comment on column ingest.events.payload is 'The whole event as the stream sent it; null once it was packed into a block.';
comment on column ingest.events.outcome is
  'applied: newer than what the register held when it arrived; stale: older, kept in the log only.';
comment on column ingest.events.block_id is 'The block of ingest.event_blocks that holds the packed payload.';

-- A row of the log is too small for Postgres to compress; many payloads together are not.
create table ingest.event_blocks (
  id bigint generated always as identity primary key,
  stream text not null,
  last_timepoint bigint not null,
  payloads jsonb not null
);
create index event_blocks_place on ingest.event_blocks (stream, last_timepoint);

comment on table ingest.event_blocks is 'Payloads of the older part of the log, many in one compressed value.';
comment on column ingest.event_blocks.id is 'What the column block_id of ingest.events refers to.';
comment on column ingest.event_blocks.stream is 'The stream of all events in the block.';
comment on column ingest.event_blocks.last_timepoint is 'The greatest timepoint in the block, which expires with it.';
comment on column ingest.event_blocks.payloads is 'Payloads by timepoint.';

create view ingest.event_log as
select
  events.stream, events.timepoint, resource_uri, company_number, type, published_at, received_at,
  coalesce(payload, payloads -> events.timepoint::text) as payload, outcome
from ingest.events
left join ingest.event_blocks on event_blocks.id = events.block_id;

comment on view ingest.event_log is 'The log with all payloads, packed or not.';

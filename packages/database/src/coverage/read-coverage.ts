import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/** How far the contiguous prefix of a stream goes. */
export interface Watermark {
  readonly stream: string;
  /** The timepoint before the first event that was ever read of the stream. */
  readonly origin: number;
  readonly watermark: number;
}

/** The watermark of every stream of which a batch was committed, by name. */
export async function readWatermarks(sql: Sql): Promise<Watermark[]> {
  return (await sql.query<Watermark>(WATERMARKS)).rows;
}

const WATERMARKS = `
select stream, origin, ingest.watermark(origin, covered) as watermark
from ingest.coverage
order by stream
`;

export interface ResumePoint {
  readonly stream: string;
  readonly origin: number;
  /** The timepoint before the first of the latest epoch; the origin when the stream was never counted anew. */
  readonly beginning: number;
  /** The last timepoint up to which everything since the beginning is in the database. */
  readonly watermark: number;
}

/** The timepoint from which each stream with a history can resume without losing an event. */
export async function readResumePoints(sql: Sql): Promise<ResumePoint[]> {
  return (await sql.query<ResumePoint>(RESUME_POINTS)).rows;
}

// Events of an earlier epoch that were lost can never be read again.
const RESUME_POINTS = `
select stream, origin, beginning, ingest.watermark(beginning, covered) as watermark
from ingest.coverage
cross join lateral (
  select greatest(origin, max(first) - 1) as beginning from ingest.epochs where epochs.stream = coverage.stream
) as latest
`;

/** How far the copy of a stream goes. */
export interface Extent {
  /** The log holds the events after this timepoint. */
  readonly log_after: number;
  readonly watermark: number;
  /** Status changes are derived up to here, at most up to the watermark. */
  readonly derived_up_to: number;
  readonly newest: number | null;
  /** The number of timepoints that the publisher never delivered. */
  readonly accepted: number;
}

/** The extent of a stream; null when no batch of it was committed yet. */
export async function readExtent(sql: Sql, stream: string): Promise<Extent | null> {
  return (await sql.query<Extent>(EXTENT, [stream])).rows[0] ?? null;
}

const EXTENT = `
select
  coalesce(expired_up_to, origin) as log_after,
  ingest.watermark(origin, covered) as watermark,
  coalesce(derived_up_to, origin) as derived_up_to,
  upper(covered) - 1 as newest,
  (
    select coalesce(sum(up_to - after), 0)::bigint from ingest.holes
    where holes.stream = coverage.stream and state = 'accepted' and cause <> 'epoch'
  ) as accepted
from ingest.coverage
where stream = $1
`;

/** A stream whose log no longer holds its beginning. */
export interface LogBeginning {
  readonly stream: string;
  /** The log holds the events after this timepoint. */
  readonly expired_up_to: number;
}

/** The streams, or the given one, whose first events have expired from the log, by name. */
export async function readLogBeginnings(sql: Sql, stream: string | null): Promise<LogBeginning[]> {
  return (await sql.query<LogBeginning>(LOG_BEGINNINGS, [stream])).rows;
}

const LOG_BEGINNINGS = `
select stream, expired_up_to
from ingest.coverage
where expired_up_to is not null and ($1::text is null or stream = $1)
order by stream
`;

/** The streams whose status changes are not yet derived up to the watermark. */
export async function readBehind(sql: Sql, streams: readonly StreamName[]): Promise<StreamName[]> {
  return (await sql.query<{ stream: StreamName }>(BEHIND, [streams])).rows.map(({ stream }) => stream);
}

const BEHIND = `
select stream
from ingest.coverage
where stream = any($1) and ingest.watermark(origin, covered) > coalesce(derived_up_to, origin)
`;

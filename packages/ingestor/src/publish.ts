import { type EventsJob, type Hole, MAX_BATCH_BYTES, type StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import { inSpan } from '@timepoint/shared/platform/span';
import { isLeaseLost, LEASE_LOST } from '@timepoint/shared/queues/fenced-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { type Batch, jobIdOf } from './batch.ts';
import { ConnectionEnded, type Ending } from './ending.ts';
import type { Metrics } from './metrics.ts';
import { type HighWater, isAboveNow } from './open-work.ts';

/** Where a stream's lines go, and where its position is kept. */
export interface Destination {
  readonly queues: Queues;
  readonly stream: StreamName;
  readonly streamJob: Job<StreamJob>;
  /** Whether the stream is still this ingestor's; nothing is published when it is not. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  /** The connection that brought the lines, as the logs name it. */
  readonly connection: string;
}

/**
 * Pushes a batch and only then moves the stored resume timepoint. After a crash in between the batch is published again,
 * which changes nothing. A large job is noted before it is pushed, so none waits uncounted after a crash. A noted job that
 * was never pushed is forgotten like one that is done. Returns the id of the job.
 * @throws when the queue can't be reached or has forgotten the stream, or another ingestor has the stream. Nothing is
 * retried here, because memory must never run ahead of a queue that rolled back.
 */
export async function publish(
  { queues, stream, streamJob, isHeld, connection }: Destination,
  batch: Batch,
): Promise<string> {
  const jobId = jobIdOf(stream, batch);
  const origin = originOf(streamJob.data, batch);
  const job: EventsJob = {
    stream,
    origin,
    after: batch.after,
    upTo: batch.upTo,
    lines: [...batch.lines],
    ...(batch.undecodable.length > 0 && { undecodable: [...batch.undecodable] }),
    ...(batch.misnumbered.length > 0 && { misnumbered: [...batch.misnumbered] }),
    receivedAt: batch.receivedAt,
    holes: [...batch.holes],
    connection,
  };
  // Lines read before a long stop of this process must not be published once another ingestor holds the stream.
  if (!(await isHeld(streamJob)))
    throw new TimepointError(LEASE_LOST, `${stream} is another's: nothing is published`);
  const noted = batch.bytes > MAX_BATCH_BYTES ? bytesOf(job) : null;
  if (noted !== null) await streamJob.updateData(withLarge(streamJob.data, jobId, noted));
  await queues.events.add(stream, job, { jobId });
  // Repetitions alone, and lines without a place, leave the position where it is.
  const { timepoint } = streamJob.data;
  const isMove = timepoint === undefined || batch.upTo > timepoint;
  // A look between the note and the push took the job for done, and forgot it.
  const data = noted === null ? streamJob.data : withLarge(streamJob.data, jobId, noted);
  if (isMove) await streamJob.updateData({ ...data, timepoint: batch.upTo, origin });
  else streamJob.data = data;
  return jobId;
}

/** The bytes that a job takes in the queue. */
function bytesOf(job: EventsJob): number {
  return Buffer.byteLength(JSON.stringify(job));
}

/** The stored data of a stream with one more large job; a repetition is the same job. */
function withLarge(data: StreamJob, id: string, bytes: number): StreamJob {
  return { ...data, large: [...(data.large ?? []).filter(([other]) => other !== id), [id, bytes]] };
}

/** Where our history of the stream begins, exclusive. */
function originOf({ timepoint, origin }: StreamJob, { after }: Batch): Timepoint {
  return origin ?? (timepoint === undefined ? after : shift(timepoint, -1));
}

export interface Measures {
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Publishes a batch, and counts and logs it.
 * @throws as `publish` does.
 */
export async function publishMeasured(
  { metrics, logger }: Measures,
  destination: Destination,
  batch: Batch,
): Promise<void> {
  const { stream, connection } = destination;
  const { after, upTo, bytes, holes } = batch;
  const events = batch.lines.length;
  const attributes = { stream, connection, after, upTo, events, bytes };
  const stopTimer = metrics.publishSeconds.startTimer({ stream });
  const job = await inSpan('publish', { kind: 'producer', attributes }, () => publish(destination, batch));
  stopTimer();
  metrics.publishedEvents.observe({ stream }, events);
  metrics.publishedBytes.observe({ stream }, bytes);
  metrics.resumeTimepoint.set({ stream }, upTo);
  logger.debug({ job, after, upTo, events, bytes }, 'batch published');
  for (const hole of holes) reportHole(hole, stream, { metrics, logger });
}

/**
 * Returns where the batches of a connection go: into the queue. The high-water mark is checked at once after a large batch,
 * as many can come in a second. Then the batch throws the ending `high-water`, so the lines that wait in memory are read
 * again later. It also throws as `publish` does.
 */
export function publishingTo(
  destination: Destination,
  options: Measures & HighWater,
): (batch: Batch) => Promise<void> {
  const { queues, streamJob } = destination;
  return async (batch) => {
    await beginHistory(destination, batch);
    const before = streamJob.data.timepoint;
    await publishMeasured(options, destination, batch);
    // The event of the stored position comes at each connection: if it alone ended them, none would get further.
    const hasMoved = streamJob.data.timepoint !== before;
    if (hasMoved && batch.bytes > MAX_BATCH_BYTES && (await isAboveNow(queues, streamJob, options)))
      throw new ConnectionEnded({ kind: 'high-water' });
  };
}

/** Stores where our history of the stream begins, before any of it is published. */
async function beginHistory({ streamJob }: Destination, { after }: Batch): Promise<void> {
  const { data } = streamJob;
  if (data.timepoint !== undefined) return;
  await streamJob.updateData({ ...data, timepoint: shift(after, 1), origin: after });
}

function reportHole(hole: Hole, stream: string, { metrics, logger }: Measures): void {
  metrics.holesAccepted.inc({ stream, cause: hole.cause });
  logger.error({ hole }, 'events are missing from the stream; the hole is recorded');
}

/** Why a run ends that could not publish, or must not any more. */
export function endingOfFailure(error: unknown): Ending {
  if (error instanceof ConnectionEnded) return error.ending;
  return isLeaseLost(error)
    ? { kind: 'lease-lost' }
    : { kind: 'queue-lost', message: asError(error).message };
}

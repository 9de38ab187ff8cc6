import { type EventsJob, MAX_BATCH_BYTES, type StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import { isLeaseLost, LEASE_LOST } from '@timepoint/shared/queues/fenced-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { type Batch, jobIdOf } from './batch.ts';
import { ConnectionEnded, type Ending } from './ending.ts';

/** Where a stream's lines go, and where its position is kept. */
export interface Destination {
  readonly queues: Queues;
  readonly stream: StreamName;
  readonly streamJob: Job<StreamJob>;
  /** Whether the stream is still this ingestor's; nothing is published when it is not. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  readonly origin: Timepoint;
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
  { queues, stream, streamJob, isHeld, origin, connection }: Destination,
  batch: Batch,
): Promise<string> {
  const jobId = jobIdOf(stream, batch);
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

/** Why a run ends that could not publish, or must not any more. */
export function endingOfFailure(error: unknown): Ending {
  if (error instanceof ConnectionEnded) return error.ending;
  return isLeaseLost(error)
    ? { kind: 'lease-lost' }
    : { kind: 'queue-lost', message: asError(error).message };
}

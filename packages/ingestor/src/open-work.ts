// How many bytes wait in the queue `events`, as far as one stream can know. A job holds at most 256 KB, unless a single line
// is longer; the stream remembers such a large job until it is done. Each stream assumes that every other one has as many
// bytes in large jobs, so all together stay below a bound that each checks alone. Example: of 512 MB, 1,000 jobs take
// 250 MB, and each of nine streams may have 29 MB of large jobs.
import { MAX_BATCH_BYTES, type StreamJob } from '@timepoint/shared/contract/job';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { depthOf, untakenIn } from '@timepoint/shared/queues/depth';
import type { Job, Queues } from '@timepoint/shared/queues/queues';

/** The marks above which a connection is closed. */
export interface HighWater {
  readonly highWaterJobs: number;
  /** Of the data of all open jobs. */
  readonly highWaterBytes: number;
}

/** Jobs of the queue `events` that no worker has finished or taken. */
export async function countOpenJobs({ events }: Queues): Promise<number> {
  return untakenIn(await depthOf(events));
}

/** The most bytes that open jobs can hold, as a stream with these large ones estimates it. */
export function mostBytes(openJobs: number, { large = [] }: Pick<StreamJob, 'large'>): number {
  const bytes = large.reduce((sum, [, size]) => sum + size, 0);
  return openJobs * MAX_BATCH_BYTES + STREAM_NAMES.length * bytes;
}

export function isAbove(openJobs: number, data: StreamJob, marks: HighWater): boolean {
  if (openJobs > marks.highWaterJobs) return true;
  // One job that passes the mark by itself is allowed: its line comes at each connection, so the stream would never get past.
  const isAlone = data.large?.length === 1 && mostBytes(0, data) > marks.highWaterBytes;
  return !isAlone && mostBytes(openJobs, data) > marks.highWaterBytes;
}

/** Whether a mark is passed now. Asks which large jobs are done only if the remembered ones would pass it. */
export async function isAboveNow(
  queues: Queues,
  streamJob: Job<StreamJob>,
  marks: HighWater,
): Promise<boolean> {
  if (!isAbove(await countOpenJobs(queues), streamJob.data, marks)) return false;
  await forgetDone(queues, streamJob);
  return isAbove(await countOpenJobs(queues), streamJob.data, marks);
}

/**
 * Forgets the large jobs that are done. The next position stores the shorter list; a reader of an older list asks again.
 * Asks only for states, because the jobs are large.
 */
export async function forgetDone({ events }: Queues, streamJob: Job<StreamJob>): Promise<void> {
  const { large = [] } = streamJob.data;
  if (large.length === 0) return;
  const states = await Promise.all(large.map(([id]) => events.getJobState(id)));
  const done = new Set(large.filter((_, index) => isDone(states[index])).map(([id]) => id));
  // The publisher may have added to it by now.
  const { data } = streamJob;
  if (done.size === 0) return;
  streamJob.data = { ...data, large: (data.large ?? []).filter(([id]) => !done.has(id)) };
}

/** Failed jobs are a finding of their own, and wait for the operator. */
function isDone(state: string | undefined): boolean {
  return state === 'completed' || state === 'failed' || state === 'unknown';
}

// How much waits in the queue `events`, in bytes, as one stream can know it by itself. A job holds at most 256 KB, but for
// one that a longer line needs, which the stream remembers until it is done. Each stream reckons as if all streams had as
// much of those as it has itself, so that all of them together stay below a bound which each looks at alone. Example: of
// 512 MB, 1,000 jobs take 250 MB, and each of nine streams may have 29 MB of large jobs.
import { MAX_BATCH_BYTES, type StreamJob } from '@timepoint/shared/contract/job';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { countWaiting } from '@timepoint/shared/queues/read-queues';

/** The marks above which a connection is closed. */
export interface HighWater {
  readonly highWaterJobs: number;
  /** Of the data of all open jobs. */
  readonly highWaterBytes: number;
}

/** Jobs of the queue `events` that no worker has finished or taken. */
export async function countOpenJobs({ events }: Queues): Promise<number> {
  const [waiting, delayed] = await Promise.all([countWaiting(events), events.getDelayedCount()]);
  return waiting + delayed;
}

/** The most that open jobs can hold, as a stream with these large ones reckons it. */
export function mostBytes(openJobs: number, { large = [] }: Pick<StreamJob, 'large'>): number {
  const bytes = large.reduce((sum, [, size]) => sum + size, 0);
  return openJobs * MAX_BATCH_BYTES + STREAM_NAMES.length * bytes;
}

export function isAbove(openJobs: number, data: StreamJob, marks: HighWater): boolean {
  if (openJobs > marks.highWaterJobs) return true;
  // One that passes the mark by itself may be there: it comes again at each connection, and nothing would get past it.
  const isAlone = data.large?.length === 1 && mostBytes(0, data) > marks.highWaterBytes;
  return !isAlone && mostBytes(openJobs, data) > marks.highWaterBytes;
}

/** Whether a mark is passed now; looks at what is done only when what is remembered would pass it. */
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
 * Forgets the large jobs that are done. It is stored with the next position: whoever reads an older list looks again.
 * Asks for states alone, as the jobs themselves are large.
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

/** Failed ones are a finding of their own, and wait for nobody but people. */
function isDone(state: string | undefined): boolean {
  return state === 'completed' || state === 'failed' || state === 'unknown';
}

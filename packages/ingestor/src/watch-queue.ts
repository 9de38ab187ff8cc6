import { setTimeout as sleep } from 'node:timers/promises';
import { epochBaseOf } from '@timepoint/shared/contract/epoch';
import { MAX_BATCH_BYTES, rewindJobSchema, type StreamJob } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import { type Job, LOCK_DURATION_MS, type Queues } from '@timepoint/shared/queues/queues';
import { readRewinds } from '@timepoint/shared/queues/rewinds';
import { isPlaceWanted } from './budget.ts';
import type { Ending } from './ending.ts';
import { countOpenJobs, forgetDone, type HighWater, isAbove, mostBytes } from './open-work.ts';

const WATCH_INTERVAL_MS = 1_000;

export interface WatchOptions extends HighWater {
  readonly queues: Queues;
  readonly streamJob: Job<StreamJob>;
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  /** Called at each look with the number of jobs that no worker has taken. */
  readonly onDepth?: (openJobs: number) => void;
  /** From this moment of the monotonic clock, a stream that waits for a connection gets this one. */
  readonly turnEndsAt: number;
}

/** Looks at the queue every second, until the signal aborts or it finds a reason to close the connection. */
export async function watchQueue(
  options: WatchOptions,
  end: (ending: Ending) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastLookAt = performance.now();
  while (!signal.aborted) {
    try {
      const ending = await findReason(options);
      if (ending !== null) return end(ending);
      lastLookAt = performance.now();
    } catch (error) {
      // By now another ingestor may hold the stream.
      if (performance.now() - lastLookAt > LOCK_DURATION_MS)
        return end({ kind: 'queue-lost', message: asError(error).message });
    }
    await sleep(WATCH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function findReason(options: WatchOptions): Promise<Ending | null> {
  const { queues, streamJob, isHeld, onDepth, turnEndsAt } = options;
  if (!(await isHeld(streamJob))) return { kind: 'lease-lost' };
  await forgetDone(queues, streamJob);
  const openJobs = await countOpenJobs(queues);
  onDepth?.(openJobs);
  if (isAbove(openJobs, streamJob.data, options)) return { kind: 'high-water' };
  if ((await readRewinds(queues, streamJob.name)).length > 0) return { kind: 'rewind' };
  const isTurnOver = performance.now() > turnEndsAt && (await isPlaceWanted(queues));
  return isTurnOver ? { kind: 'turn-over' } : null;
}

export interface DrainOptions extends Pick<WatchOptions, 'queues' | 'streamJob' | 'turnEndsAt'> {
  readonly lowWaterJobs: number;
}

/**
 * Resolves when the queue has drained below the low-water mark, in jobs of the usual size or the same bytes in large ones,
 * the signal aborts, or the turn is over and another stream wants the connection: its jobs may be small ones.
 */
export async function waitForDrain(
  { queues, streamJob, lowWaterJobs, turnEndsAt }: DrainOptions,
  signal: AbortSignal,
): Promise<void> {
  const look = async () => {
    await forgetDone(queues, streamJob);
    return mostBytes(await countOpenJobs(queues), streamJob.data);
  };
  while (!signal.aborted) {
    const bytes = await look().catch(() => Number.POSITIVE_INFINITY);
    if (bytes < lowWaterJobs * MAX_BATCH_BYTES) return;
    if (performance.now() > turnEndsAt && (await isPlaceWanted(queues).catch(() => false))) return;
    await sleep(WATCH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Takes over the requests to read the stream again. The lowest timepoint of the latest epoch counts. The stored timepoint
 * only goes back, except to a later epoch. The requests are removed last, so a crash in between only repeats them. A
 * request that comes in between is another job, and stays.
 */
export async function adoptRewind(queues: Queues, streamJob: Job<StreamJob>, logger: Logger): Promise<void> {
  const requests = await readRewinds(queues, streamJob.name);
  if (requests.length === 0) return;
  const { timepoint: stored } = streamJob.data;
  let target = stored;
  for (const { id, data } of requests) {
    const request = rewindJobSchema.safeParse(data);
    if (!request.success) logger.error({ job: id }, 'a rewind names no timepoint and is left out; ask again');
    else if (target !== undefined && isAdopted(request.data.timepoint, target))
      target = request.data.timepoint;
  }
  if (target !== stored) await streamJob.updateData({ ...streamJob.data, timepoint: target });
  for (const request of requests) await request.remove();
}

/** Never goes back to an earlier epoch: the publisher no longer has events under its numbers. */
function isAdopted(timepoint: Timepoint, stored: Timepoint): boolean {
  const epochs = epochBaseOf(timepoint) - epochBaseOf(stored);
  return epochs > 0 || (epochs === 0 && timepoint < stored);
}

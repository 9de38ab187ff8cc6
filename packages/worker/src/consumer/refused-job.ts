// The database can refuse a job although no event of it is bad alone, as when a constraint was added to our own tables.
// That is neither a failure of the store nor a letter: the job is tried a few times, then it is a failed job, which is a
// finding, is kept whole, and is tried again every ten minutes.

import { isDataError } from '@timepoint/database/pool';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import { retryIfFailed } from '@timepoint/shared/queues/contended-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { UnrecoverableError } from 'bullmq';

/** A refusal may be of the moment, such as two writers of one row; so many of them in a row are not. */
const TRIES = 5;
/** A failed job is tried again when it has failed so long ago, in ms: its cause may have been taken away. */
export const TRY_AGAIN_MS = 10 * 60_000;
/** So many at a time: each may be a quarter of a megabyte. */
const AT_ONCE = 50;

/** Whether the database refused what was written, while the store works. */
export function isRefusal(error: unknown): boolean {
  return isDataError(error) || (error instanceof TimepointError && error.code === 'write-refused');
}

/** What to throw for a job that the database has refused: the error itself, until the job has failed often enough. */
export function afterRefusal(job: Pick<Job, 'attemptsMade'>, error: unknown): Error {
  if (job.attemptsMade + 1 < TRIES) return asError(error);
  return new UnrecoverableError(
    `The database refuses this job, and no event of it alone: ${asError(error).message} ` +
      'Look for a constraint or trigger of your own in the schemas ingest and register.',
  );
}

/** Tries jobs of events and merges that failed a while ago again. Returns how many. */
export async function retryFailedJobs(
  { events, snapshots }: Pick<Queues, 'events' | 'snapshots'>,
  now: number = Date.now(),
): Promise<number> {
  let retried = 0;
  for (const queue of [events, snapshots]) {
    if ((await queue.getFailedCount()) === 0) continue;
    for (const job of await queue.getFailed(0, AT_ONCE - 1)) {
      if (now - (job?.finishedOn ?? now) < TRY_AGAIN_MS) continue;
      // Another worker, or a person, may have been faster.
      if (await retryIfFailed(job)) retried += 1;
    }
  }
  return retried;
}

// The database can refuse a job although it accepts each of its events alone, for example when a constraint was added to our
// tables. This is neither a failure of the store nor a letter. The job is tried a few times. Then it becomes a failed job:
// a finding that is kept whole and tried again every ten minutes.

import { isDataError } from '@timepoint/database/pool';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import { UnrecoverableError } from '@timepoint/shared/queues/consume';
import { retryIfFailed } from '@timepoint/shared/queues/contended-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';

/** One refusal can be temporary, as when two writers write one row. This many in a row are not. */
const TRIES = 5;
/** How long after its failure a failed job is tried again, in ms: its cause may have been removed. */
export const TRY_AGAIN_MS = 10 * 60_000;
/** The number of jobs that are read at a time: each can be a quarter of a megabyte. */
const AT_ONCE = 50;

/** Whether the database refused what was written, while the store works. */
export function isRefusal(error: unknown): boolean {
  return isDataError(error) || (error instanceof TimepointError && error.code === 'write-refused');
}

/** The error to throw for a job that the database refused. At the last try it fails the job. */
export function afterRefusal(job: Pick<Job, 'attemptsMade'>, error: unknown): Error {
  const message =
    `The database refuses this job, and no event of it alone: ${asError(error).message} ` +
    'Look for a constraint or trigger of your own in the schemas ingest and register.';
  return job.attemptsMade + 1 < TRIES
    ? new TimepointError('job-refused', message, { retryable: true, cause: error })
    : new UnrecoverableError(message);
}

/** Tries the failed jobs of events and merges again that failed at least ten minutes ago. Returns how many. */
export async function retryFailedJobs(
  { events, snapshots }: Pick<Queues, 'events' | 'snapshots'>,
  now: number = Date.now(),
): Promise<number> {
  let retried = 0;
  for (const queue of [events, snapshots]) {
    if ((await queue.getFailedCount()) === 0) continue;
    for (const job of await queue.getFailed(0, AT_ONCE - 1)) {
      if (now - (job?.finishedOn ?? now) < TRY_AGAIN_MS) continue;
      // Another worker or a person may have retried it already.
      if (await retryIfFailed(job)) retried += 1;
    }
  }
  return retried;
}

import type { Queues } from '@timepoint/shared/queues/queues';
import type { Metrics } from '../metrics.ts';

/** Counts the jobs of any queue that fail in this process, and among them those that can't be read. */
export function countJobFailures(
  queues: Pick<Queues, 'onJobFailure'>,
  { jobFailures, refusedJobs }: Pick<Metrics, 'jobFailures' | 'refusedJobs'>,
): void {
  queues.onJobFailure(({ queue, isUnreadable }) => {
    jobFailures.inc({ queue });
    if (isUnreadable) refusedJobs.inc({ queue });
  });
}

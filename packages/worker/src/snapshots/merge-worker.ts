import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/errors';
import { type MergeJob, mergeJobSchema } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import type { Job, Queues } from '@timepoint/shared/queues';
import { inSpan } from '@timepoint/shared/span';
import { DelayedError, UnrecoverableError } from 'bullmq';
import { type Consumer, type JobHold, startConsumer } from '../consumer/consumer.ts';
import type { Database } from '../database.ts';
import type { Metrics } from '../metrics.ts';
import { finishSnapshot } from '../store/finish-snapshot.ts';
import { mergeChunk } from './merge-chunk.ts';

export interface MergeWorkerOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Chunks merged at the same time by one worker process. */
export const MERGE_CONCURRENCY = 2;

/** With more jobs of live events waiting than these, merging stands back: they are 2,000 to 4,000 events. */
const LIVE_JOBS_FIRST = 8;
const STAND_BACK_MS = 500;

/** Takes jobs from the queue `snapshots` and merges what they name, as long as live events don't wait. */
export function startMergeWorker({ queues, database, metrics, logger }: MergeWorkerOptions): Consumer {
  const take = async (job: Job<MergeJob>, { token, signal }: JobHold): Promise<void> => {
    const parsed = mergeJobSchema.safeParse(job.data);
    if (!parsed.success)
      throw new UnrecoverableError(`not a job of the queue snapshots: ${parsed.error.message}`);
    while ((await queues.events.getWaitingCount()) > LIVE_JOBS_FIRST) {
      if (signal.aborted) {
        await job.moveToDelayed(Date.now(), token);
        throw new DelayedError();
      }
      await sleep(STAND_BACK_MS, undefined, { signal }).catch(() => undefined);
    }
    const { snapshotId, chunk } = parsed.data;
    const stopTimer = metrics.mergeSeconds.startTimer();
    try {
      const rows = await inSpan('merge', { attributes: { snapshotId, chunk } }, async (tell) => {
        const merged = await mergeChunk(database, parsed.data);
        tell({ rows: merged ?? 0 });
        return merged;
      });
      if (rows !== null) {
        stopTimer();
        metrics.mergeRows.inc(rows);
      }
      // Also when there was nothing to merge: whoever merged it may have been killed right after.
      if (await finishSnapshot(database, snapshotId)) logger.info({ snapshotId }, 'snapshot imported');
    } catch (error) {
      metrics.storeFailures.inc();
      logger.warn({ snapshotId, chunk, err: asError(error) }, 'the merge was put back: the store failed');
      throw error;
    }
  };
  return startConsumer<MergeJob>({ queues, name: 'snapshots', concurrency: MERGE_CONCURRENCY, take });
}

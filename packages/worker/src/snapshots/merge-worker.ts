import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@timepoint/database/pool';
import { MERGE_CONCURRENCY } from '@timepoint/database/pool-size';
import { finishSnapshot } from '@timepoint/database/snapshots/finish-snapshot';
import { type MergeJob, mergeJobSchema } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import { inSpan } from '@timepoint/shared/platform/span';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { readOldestOf } from '@timepoint/shared/queues/read-queues';
import { DelayedError } from 'bullmq';
import { type Consumer, type JobHold, startConsumer } from '../consumer/consumer.ts';
import { parseJob } from '../consumer/parse-job.ts';
import { afterRefusal, isRefusal } from '../consumer/refused-job.ts';
import type { Metrics } from '../metrics.ts';
import { mergeChunk } from './merge-chunk.ts';
import { MergeTurns } from './merge-turns.ts';

export interface MergeWorkerOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly turns?: MergeTurns;
}

/** How often a chunk that waits for live events checks for its turn, in ms. */
const STAND_BACK_MS = 250;

/** Takes jobs from the queue `snapshots` and merges the chunk that each names, whenever it is the turn of an import. */
export function startMergeWorker(options: MergeWorkerOptions): Consumer {
  const { queues, turns = new MergeTurns() } = options;
  const take = async (job: Job<MergeJob>, { token, signal }: JobHold): Promise<void> => {
    const chunk = parseJob(job, mergeJobSchema, options.metrics);
    while (!turns.take(await readOldestWait(queues))) {
      if (signal.aborted) {
        await job.moveToDelayed(Date.now(), token);
        throw new DelayedError();
      }
      await sleep(STAND_BACK_MS, undefined, { signal }).catch(() => undefined);
    }
    try {
      await merge(options, chunk, job);
    } finally {
      turns.end();
    }
  };
  return startConsumer<MergeJob>({ queues, name: 'snapshots', concurrency: MERGE_CONCURRENCY, take });
}

/** How long the oldest job of live events that no worker has taken waits, in ms; null when none waits. */
async function readOldestWait({ events }: Queues): Promise<number | null> {
  const oldestAt = await readOldestOf(events, 'waiting');
  return oldestAt === null ? null : Date.now() - oldestAt;
}

async function merge(
  { database, metrics, logger }: MergeWorkerOptions,
  job: MergeJob,
  queued: Job<MergeJob>,
): Promise<void> {
  const { snapshotId, chunk } = job;
  const stopTimer = metrics.mergeSeconds.startTimer();
  try {
    const merged = await inSpan('merge', { attributes: { snapshotId, chunk } }, async (addAttributes) => {
      const chunkMerged = await mergeChunk(database, job);
      addAttributes({ rows: chunkMerged?.rows ?? 0 });
      return chunkMerged;
    });
    if (merged !== null) {
      stopTimer();
      metrics.mergeRows.inc(merged.rows);
      // Counted here and not where the file is read, because a command has no metrics.
      for (const { stream, kind, fingerprints } of merged.drift)
        metrics.schemaDrift.inc({ stream, kind }, fingerprints);
    }
    // Even when there was nothing to merge: the worker that merged the chunk may have been killed right after.
    if (await finishSnapshot(database, snapshotId)) logger.info({ snapshotId }, 'snapshot imported');
  } catch (error) {
    if (isRefusal(error)) {
      metrics.refusedJobs.inc({ queue: 'snapshots' });
      logger.warn(
        { snapshotId, chunk, err: asError(error) },
        'the database refuses the merge, and no row of it alone',
      );
      throw afterRefusal(queued, error);
    }
    metrics.storeFailures.inc();
    logger.warn({ snapshotId, chunk, err: asError(error) }, 'the merge was put back: the store failed');
    throw error;
  }
}

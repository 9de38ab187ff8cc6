import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@timepoint/database/pool';
import { MERGE_CONCURRENCY } from '@timepoint/database/pool-size';
import { finishSnapshot } from '@timepoint/database/snapshots/finish-snapshot';
import type { MergeJob } from '@timepoint/shared/contract/job';
import type { Logger } from '@timepoint/shared/platform/logger';
import { inSpan } from '@timepoint/shared/platform/span';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { JobHold } from '@timepoint/shared/queues/consume';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { readOldestOf } from '@timepoint/shared/queues/read-queues';
import { type Consumer, startConsumer } from '../consumer/consumer.ts';
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
  const take = async (job: Job<MergeJob>, { putBack, stop }: JobHold): Promise<void> => {
    while (!turns.take(await readOldestWait(queues))) {
      if (stop.aborted) return putBack({ delayMs: 0 });
      await sleep(STAND_BACK_MS, undefined, { signal: stop }).catch(() => undefined);
    }
    try {
      await merge(options, job);
    } finally {
      turns.end();
    }
  };
  const about = ({ snapshotId, chunk }: MergeJob) => ({ snapshotId, chunk });
  return startConsumer({ queues, queue: catalogue.snapshots, concurrency: MERGE_CONCURRENCY, take, about });
}

/** How long the oldest job of live events that no worker has taken waits, in ms; null when none waits. */
async function readOldestWait({ events }: Queues): Promise<number | null> {
  const oldestAt = await readOldestOf(events, 'waiting');
  return oldestAt === null ? null : Date.now() - oldestAt;
}

async function merge({ database, metrics, logger }: MergeWorkerOptions, job: Job<MergeJob>): Promise<void> {
  const { snapshotId, chunk } = job.data;
  const stopTimer = metrics.mergeSeconds.startTimer();
  try {
    const merged = await inSpan('merge', { attributes: { snapshotId, chunk } }, async (addAttributes) => {
      const chunkMerged = await mergeChunk(database, job.data);
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
      metrics.refusedJobs.inc({ queue: job.queueName });
      throw afterRefusal(job, error);
    }
    metrics.storeFailures.inc();
    throw error;
  }
}

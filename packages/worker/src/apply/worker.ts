import type { Database } from '@timepoint/database/pool';
import { createSchemaDriftWatch } from '@timepoint/database/schema-drift/schema-drift-watch';
import { tryToWrite } from '@timepoint/database/status/find-write-refusal';
import type { EventsJob } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import { inSpan } from '@timepoint/shared/platform/span';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { type Consumer, startConsumer } from '../consumer/consumer.ts';
import { afterRefusal, isRefusal } from '../consumer/refused-job.ts';
import type { Metrics } from '../metrics.ts';
import { applyBatch, type BatchResult } from './apply-batch.ts';
import { publishedLag } from './published-lag.ts';
import { openStoreBreaker } from './store-breaker.ts';

export interface EventsWorkerOptions {
  readonly queues: Queues;
  readonly database: Database;
  /** Jobs applied at the same time. */
  readonly concurrency: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface EventsWorker {
  /** For the watch that checks its progress. */
  readonly consumer: Consumer;
  /** False while the store fails and no jobs are taken. */
  isTaking(): boolean;
  /** Why no jobs are taken; null while they are. */
  storeFailure(): Error | null;
  /** Finishes the jobs in hand and takes no more. */
  close(): Promise<void>;
}

/**
 * Takes jobs from the queue `events` and applies them. A job that fails because of the store is tried again until
 * it succeeds. While the store fails, no job is taken.
 */
export function startEventsWorker(options: EventsWorkerOptions): EventsWorker {
  const { queues, database, concurrency, metrics, logger } = options;
  let failure = new Error('no answer');
  const breaker = openStoreBreaker({
    probe: () => tryToWrite(database),
    onOpen: (error) => {
      logger.error({ err: error }, 'the store fails: no jobs are taken until it takes writes');
      metrics.breakerOpen.set(1);
      failure = asError(error);
      consumer.pause();
    },
    onClose: () => {
      logger.info('the store takes writes again: taking jobs');
      metrics.breakerOpen.set(0);
      consumer.resume();
    },
  });

  const drift = createSchemaDriftWatch({ logger, metrics });
  const take = (job: Job<EventsJob>) =>
    takeJob(job, options, (events) => breaker.execute(() => applyBatch(database, events, drift)));
  const consumer = startConsumer({ queues, queue: catalogue.events, concurrency, take, about });
  return {
    consumer,
    isTaking: () => !breaker.isOpen(),
    storeFailure: () => (breaker.isOpen() ? failure : null),
    close: async () => {
      breaker.close();
      await consumer.close();
    },
  };
}

/** What the log says of a job, beside its id. */
function about({ stream, connection }: EventsJob) {
  return { stream, connection };
}

/** Applies the events of one job, and counts and logs the result. */
async function takeJob(
  job: Job<EventsJob>,
  { metrics, logger }: Pick<EventsWorkerOptions, 'metrics' | 'logger'>,
  apply: (events: EventsJob) => Promise<BatchResult>,
): Promise<void> {
  const events = job.data;
  const { stream, after, upTo } = events;
  const fields = { job: job.id, ...about(events) };
  const stopTimer = metrics.applySeconds.startTimer({ stream });
  try {
    const result = await inSpan(
      'apply',
      { attributes: { ...fields, after, upTo } },
      async (addAttributes) => {
        const applied = await apply(events);
        const { newestPublishedAt: _, ...outcomes } = applied;
        addAttributes(outcomes);
        return applied;
      },
    );
    stopTimer();
    count(metrics, events, result);
    logger.debug({ ...fields, after, upTo, ...result }, 'batch committed');
    if (result.dead > 0) logger.warn({ ...fields, dead: result.dead }, 'lines became dead letters');
  } catch (error) {
    if (isRefusal(error)) {
      metrics.refusedJobs.inc({ queue: job.queueName });
      throw afterRefusal(job, error);
    }
    metrics.storeFailures.inc();
    throw error;
  }
}

function count(metrics: Metrics, { stream, receivedAt }: EventsJob, result: BatchResult): void {
  const { watermark: _, newestPublishedAt, ...outcomes } = result;
  for (const [outcome, events] of Object.entries(outcomes))
    metrics.applyEvents.inc({ stream, outcome }, events);
  const now = Date.now();
  metrics.receivedLagSeconds.observe({ stream }, Math.max(0, now - receivedAt) / 1000);
  const lag = publishedLag(newestPublishedAt, now);
  if (lag !== null) metrics.publishedLagSeconds.observe({ stream }, lag);
}

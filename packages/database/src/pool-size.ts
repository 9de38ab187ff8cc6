/** The number of chunks that one worker process merges at the same time. */
export const MERGE_CONCURRENCY = 2;

/**
 * Connections for the jobs of letters, the jobs of actions, reconciling the streams, compacting the log, observing the
 * system for metrics and alerts, and the lock of a lost queue.
 */
const OTHERS = 6;

/** The most connections to the database that a worker opens: one for each job that it runs. */
export function poolSize(workerConcurrency: number): number {
  return workerConcurrency + MERGE_CONCURRENCY + OTHERS;
}

/**
 * Connections that a worker opens in addition when the queues are in Postgres: two for each of the eight queues, and
 * for each of the six that it consumes (one of them only with ALERT_WEBHOOK_URL) one that listens and two that work.
 */
export const QUEUE_CONNECTIONS = 8 * 2 + 6 * 3;

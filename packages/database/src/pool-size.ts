/** Chunks merged at the same time by one worker process. */
export const MERGE_CONCURRENCY = 2;

/**
 * Jobs of letters, jobs of actions, the reconciling of the streams, the upkeep of the log, the look at the whole for metrics and
 * alerts, and the lock of a lost queue.
 */
const OTHERS = 6;

/** Connections to the database that a worker takes at most: one for each job at work. */
export function poolSize(workerConcurrency: number): number {
  return workerConcurrency + MERGE_CONCURRENCY + OTHERS;
}

/**
 * Connections that a worker takes on top of these when the queues are in Postgres: two for each of the eight queues,
 * and for each of the six that it works on (one of them only with ALERT_WEBHOOK_URL) one that listens and two that work.
 */
export const QUEUE_CONNECTIONS = 8 * 2 + 6 * 3;

import { MERGE_CONCURRENCY } from './snapshots/merge-worker.ts';

/** Jobs of letters, jobs of actions, the look after the streams, that after the log, and scrapes of the metrics. */
const OTHERS = 5;

/** Connections to the database that a worker takes at most: one for each job at work. */
export function poolSize(workerConcurrency: number): number {
  return workerConcurrency + MERGE_CONCURRENCY + OTHERS;
}

/**
 * Connections that a worker takes on top of these when the queues are in Postgres: two for each of the eight queues,
 * and for each of the five that it works on one that listens and two that work. At rest it has 17 of them.
 */
export const QUEUE_CONNECTIONS = 8 * 2 + 5 * 3;

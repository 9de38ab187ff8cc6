import { MERGE_CONCURRENCY } from './snapshots/merge-worker.ts';

/** Jobs of letters, jobs of actions, the look after the streams, and that after the log. */
const OTHERS = 4;

/** Connections to the database that a worker takes at most: one for each job at work. */
export function poolSize(workerConcurrency: number): number {
  return workerConcurrency + MERGE_CONCURRENCY + OTHERS;
}

// What a queue holds, in one definition for status, metrics, alerts, readiness, the dashboard and the high-water mark.
// Example: 3 jobs wait while the queue is paused, 1 waits with a priority, and 2 wait for a later try. The depth is 4 waiting
// and 2 delayed, on Redis and on Postgres.
import type { Queue } from 'bullmq';
import { PAUSED } from './bullmq-workarounds.ts';

/** The numbers of jobs in a queue, by state. */
export interface QueueDepth {
  readonly name: string;
  /** Due and not taken, also those with a priority and those of a paused queue. */
  readonly waiting: number;
  readonly active: number;
  /** To be taken later. */
  readonly delayed: number;
  readonly failed: number;
}

/** Counts the jobs of a queue. */
export async function depthOf(queue: Queue): Promise<QueueDepth> {
  const counts = await queue.getJobCounts('waiting', PAUSED, 'prioritized', 'active', 'delayed', 'failed');
  const { active = 0, delayed = 0, failed = 0, ...waiting } = counts;
  const sum = Object.values(waiting).reduce((total, count) => total + count, 0);
  return { name: queue.name, waiting: sum, active, delayed, failed };
}

/** The jobs that no worker has finished or taken. */
export function untakenIn({ waiting, delayed }: QueueDepth): number {
  return waiting + delayed;
}

/** Counts the jobs that a worker could take, were the queue not paused: those that wait, and those whose delay is over. */
export async function countDue(queue: Queue, now: number = Date.now()): Promise<number> {
  const [{ waiting }, overdue] = await Promise.all([depthOf(queue), queue.getDelayedCount(now)]);
  return waiting + overdue;
}

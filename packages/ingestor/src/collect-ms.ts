// A job costs Redis, Postgres and a worker about the same, whether it holds one event or fifty. When jobs pile up, more
// events share one job, so a queue of tiny jobs does not slow itself down. Example: at 17 events/s no job waits, and an
// event is published at once; with 40 jobs waiting each stream publishes at most every 74 ms.

/** Jobs that may wait for a worker while events are still published at once. */
const FEW_JOBS = 16;
const SHORTEST_MS = 50;
const LONGEST_MS = 100;

/** How long events are collected before they are published, in ms, by the number of jobs that no worker has taken. */
export function collectMs(openJobs: number): number {
  return openJobs <= FEW_JOBS ? 0 : Math.min(LONGEST_MS, SHORTEST_MS + openJobs - FEW_JOBS);
}

import type { Queues } from '@timepoint/shared/queues';

/** When the oldest waiting job of each queue was added, in ms since the epoch; queues where none waits are left out. */
export async function readOldestJobs(queues: Queues): Promise<ReadonlyMap<string, number>> {
  const oldest = await Promise.all(
    queues.all.map(async (queue): Promise<[string, number][]> => {
      const jobs = await queue.getJobs(['waiting', 'prioritized'], 0, 0, true);
      // A job can be taken between its being listed and its being read.
      const added = jobs.flatMap((job) => job?.timestamp ?? []);
      return added.length === 0 ? [] : [[queue.name, Math.min(...added)]];
    }),
  );
  return new Map(oldest.flat());
}

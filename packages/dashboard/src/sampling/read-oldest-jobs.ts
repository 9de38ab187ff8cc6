import type { Queues } from '@timepoint/shared/queues/queues';
import { readOldestOf } from '@timepoint/shared/queues/read-queues';

/** When the oldest waiting job of each queue was added, in ms since the epoch; queues where none waits are left out. */
export async function readOldestJobs(queues: Queues): Promise<ReadonlyMap<string, number>> {
  const oldest = await Promise.all(
    queues.all.map(async (queue): Promise<[string, number][]> => {
      // A job can be taken between its being listed and its being read.
      const [prioritized] = await queue.getJobs(['prioritized'], 0, 0, true);
      const added = [await readOldestOf(queue, 'waiting'), prioritized?.timestamp ?? null];
      const times = added.filter((time) => time !== null);
      return times.length === 0 ? [] : [[queue.name, Math.min(...times)]];
    }),
  );
  return new Map(oldest.flat());
}

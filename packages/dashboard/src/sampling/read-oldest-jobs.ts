import type { Queues } from '@timepoint/shared/queues/queues';
import { readOldestOf } from '@timepoint/shared/queues/read-queues';

/** When the oldest waiting job of each queue was added, in ms since the epoch; queues where none waits are left out. */
export async function readOldestJobs(queues: Queues): Promise<ReadonlyMap<string, number>> {
  const oldest = await Promise.all(
    queues.all.map(async (queue): Promise<[string, number][]> => {
      const oldestAt = await readOldestOf(queue, 'waiting');
      return oldestAt === null ? [] : [[queue.name, oldestAt]];
    }),
  );
  return new Map(oldest.flat());
}

// How many connections all ingestors together may open, kept where BullMQ heeds it: with the queue `streams`, of which
// only so many jobs are held at once. Example: Redis is wiped, and whoever takes the first stream sets it again.
import type { Queues } from '@timepoint/shared/queues';

/** Sets the budget again when the queue has forgotten it. */
export async function restoreBudget({ streams }: Queues, maxConnections: number): Promise<void> {
  if ((await streams.getGlobalConcurrency()) === null) await streams.setGlobalConcurrency(maxConnections);
}

/** Whether more streams were taken than the budget allows, as can happen while the queue has forgotten it. */
export async function isBudgetExceeded(queues: Queues, maxConnections: number): Promise<boolean> {
  await restoreBudget(queues, maxConnections);
  const [budget, taken] = await Promise.all([
    queues.streams.getGlobalConcurrency(),
    queues.streams.getActiveCount(),
  ]);
  return budget !== null && taken > budget;
}

// How many connections all ingestors together may open, kept where BullMQ heeds it: with the queue `streams`, of which
// only so many jobs are held at once. Example: Redis is wiped, and whoever takes the first stream sets it again.
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/errors';
import type { Logger } from '@timepoint/shared/logger';
import type { Queues } from '@timepoint/shared/queues';
import { startFailureLog } from './failure-log.ts';

/** From one try to set the budget to the next, in ms. */
const RETRY_MS = 1_000;
const BUDGET = {
  failing: 'the queue does not take the budget of connections, nor gives streams; trying again each second',
  over: 'the queue takes the budget of connections again',
};

/**
 * Sets the budget, and tries again until the queue takes it or the signal aborts. Resolves after the first try: a queue
 * that takes no budget gives no stream either, as taking one is a write, too. `settled` resolves at the end.
 */
export async function setBudget(
  { streams }: Queues,
  maxConnections: number,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<{ readonly settled: Promise<void> }> {
  const log = startFailureLog(logger, BUDGET);
  const set = async () => {
    try {
      await streams.setGlobalConcurrency(maxConnections);
      log.succeeded();
      return true;
    } catch (error) {
      log.failed(asError(error));
      return false;
    }
  };
  const keepTrying = async () => {
    do await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted && !(await set()));
  };
  return { settled: (await set()) ? Promise.resolve() : keepTrying() };
}

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

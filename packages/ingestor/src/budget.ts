// How many connections all ingestors together may open. It is the global concurrency of the queue `streams`, so BullMQ
// enforces it. Example: Redis is wiped, and the ingestor that takes the first stream sets it again.
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import { type ConnectionBudget, changeBudget, wholeBudget } from '@timepoint/shared/queues/connection-budget';
import { countDue } from '@timepoint/shared/queues/depth';
import type { Queues } from '@timepoint/shared/queues/queues';
import { startFailureLog } from './failure-log.ts';

/** From one try to set the budget to the next, in ms. */
const RETRY_MS = 1_000;
const BUDGET = {
  failing: 'the queue does not take the budget of connections, nor gives streams; trying again each second',
  over: 'the queue takes the budget of connections again',
};

/**
 * Sets the budget, and tries again until the queue takes it or the signal aborts. Resolves after the first try: a queue
 * that takes no budget gives no stream either, because taking a stream is a write, too. `settled` resolves at the end.
 */
export async function setBudget(
  queues: Queues,
  configured: number,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<{ readonly settled: Promise<void> }> {
  const log = startFailureLog(logger, BUDGET);
  const set = async () => {
    try {
      await adoptBudget(queues, configured);
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

/** Sets the budget at a start. It keeps what was learned with the same setting; another setting starts from its value. */
async function adoptBudget(queues: Queues, configured: number): Promise<void> {
  const { budget } = await changeBudget(queues, (stored) =>
    stored?.configured === configured ? null : wholeBudget(configured, Date.now()),
  );
  await applyBudget(queues, budget);
}

/** Sets the budget again when the queue has forgotten it. */
export async function restoreBudget(queues: Queues, configured: number): Promise<void> {
  const { budget } = await changeBudget(queues, (stored) =>
    stored === null ? wholeBudget(configured, Date.now()) : null,
  );
  await applyBudget(queues, budget);
}

/** Has BullMQ enforce the budget. If an older reading overwrites it, the next look of any ingestor corrects it. */
export async function applyBudget({ streams }: Queues, budget: ConnectionBudget | null): Promise<void> {
  if (budget === null || (await streams.getGlobalConcurrency()) === budget.allowed) return;
  await streams.setGlobalConcurrency(budget.allowed);
}

/** Whether more streams are taken than the budget allows: the queue had forgotten it, or it was lowered since. */
export async function isBudgetExceeded({ streams }: Queues): Promise<boolean> {
  const [budget, taken] = await Promise.all([streams.getGlobalConcurrency(), streams.getActiveCount()]);
  return budget !== null && taken > budget;
}

/** Whether a stream that needs no connection now should give its place back: others wait, or too many are taken. */
export async function isPlaceWanted(queues: Queues): Promise<boolean> {
  const { streams } = queues;
  const [budget, taken, untaken] = await Promise.all([
    streams.getGlobalConcurrency(),
    streams.getActiveCount(),
    countUntaken(queues),
  ]);
  // While places are left, or the queue is paused and gives none, giving one back helps no other.
  if (budget === null || taken < budget) return false;
  return taken > budget || (untaken > 0 && !(await streams.isPaused()));
}

/**
 * Streams that an ingestor could take. A stream that gave its connection to another may wait longer than its delay: BullMQ
 * looks at the delays only when it takes a job, and none is taken while all connections are in use.
 */
function countUntaken({ streams }: Queues): Promise<number> {
  return countDue(streams);
}

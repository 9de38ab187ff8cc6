import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';

/** From one question to the next, in ms. */
const INTERVAL_MS = 5_000;
/** A question without an answer for this long, in ms, counts as unanswered. */
const ANSWER_MS = 5_000;
/** So many unanswered questions in a row mean that the server hangs. */
const UNANSWERED = 2;

/**
 * Runs `work`, whose statements may take as long as they need, but not when the server answers nobody any more: it is
 * asked beside the work, on a connection of its own. Any answer will do, also a refusal.
 * @throws what `work` throws, and TimepointError `database-hangs`.
 */
export async function whileAnswering<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const working = work().finally(() => over.abort());
  // Without this, its end after the watch has given up would count as handled by nobody.
  working.catch(() => undefined);
  return Promise.race([working, watch(url, over.signal)]);
}

async function watch(url: string, signal: AbortSignal): Promise<never> {
  let unanswered = 0;
  while (unanswered < UNANSWERED) {
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    // The work has ended, whose end is the answer.
    if (signal.aborted) return new Promise<never>(() => undefined);
    unanswered = (await isAnswering(url)) ? 0 : unanswered + 1;
  }
  const { host, pathname } = new URL(url);
  const message =
    `Postgres at ${host}${pathname} takes connections but answers nothing: it hangs. ` +
    'Look at its machine and its log, or raise default_pool_size of a pooler before it; then run this again.';
  throw new TimepointError('database-hangs', message, { retryable: true });
}

async function isAnswering(url: string): Promise<boolean> {
  const askedAt = performance.now();
  const database = openDatabase(url, 1, { statementTimeoutMs: ANSWER_MS });
  const isTooLate = () => performance.now() - askedAt >= ANSWER_MS * 0.9;
  return database
    .query('select 1')
    .then(
      () => true,
      // What fails at once was answered by somebody: the work finds out itself.
      () => !isTooLate(),
    )
    .finally(() => database.close().catch(() => undefined));
}

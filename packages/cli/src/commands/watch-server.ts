import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';

/** The interval of the queries, in ms. */
const INTERVAL_MS = 5_000;
/** A query counts as unanswered after this time, in ms. */
const ANSWER_MS = 5_000;
/** The server hangs when this many queries in a row are unanswered. */
const UNANSWERED = 2;

/**
 * Runs `work`, whose statements have no timeout, but throws when the server hangs. Another connection queries the
 * server meanwhile. Any answer shows that it does not hang, a refusal included.
 * @throws what `work` throws, and TimepointError `database-hangs`.
 */
export async function whileAnswering<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const working = work().finally(() => over.abort());
  // When the watch has thrown already, a later rejection of the work must not count as unhandled.
  working.catch(() => undefined);
  return Promise.race([working, watch(url, over.signal)]);
}

async function watch(url: string, signal: AbortSignal): Promise<never> {
  let unanswered = 0;
  while (unanswered < UNANSWERED) {
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    // The work has ended; its result is returned.
    if (signal.aborted) return new Promise<never>(() => undefined);
    unanswered = (await isAnswering(url)) ? 0 : unanswered + 1;
  }
  const { host, pathname } = new URL(url);
  const message =
    `Postgres at ${host}${pathname} accepts connections but does not answer: it hangs. ` +
    'Check its machine and its log, or raise default_pool_size of a pooler before it. Then run this again.';
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
      // A query that fails at once was answered. The work reports the failure itself.
      () => !isTooLate(),
    )
    .finally(() => database.close().catch(() => undefined));
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamStatus } from '@timepoint/shared/stream-status';
import logUpdate from 'log-update';
import type { Database } from './database.ts';
import { formatStatus } from './status.ts';
import { readStatus } from './store/read-status.ts';

const TERMINAL_INTERVAL_MS = 1_000;
const PLAIN_INTERVAL_MS = 10_000;

/**
 * Shows the status until the signal aborts: in place at a terminal, elsewhere as lines every ten seconds,
 * the first ones as soon as there is something to tell.
 */
export async function watchStatus(
  database: Database,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const update = output.isTTY ? logUpdate : (text: string) => void output.write(`${text}\n`);
  let before: readonly StreamStatus[] = [];
  let readAt = 0;
  while (!signal.aborted) {
    const now = await readStatus(database);
    update(formatStatus(now, before, Date.now() - readAt));
    const isSettled = before.length > 0;
    before = now;
    readAt = Date.now();
    const intervalMs = output.isTTY || !isSettled ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

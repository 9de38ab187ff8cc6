import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemReading } from '@timepoint/shared/monitoring/assess';
import logUpdate from 'log-update';
import { finish, type Terminal } from '../commands/terminal.ts';
import { formatStatus, type Paint } from './format-status.ts';
import type { Observer } from './observer.ts';

const TERMINAL_INTERVAL_MS = 1_000;
const PLAIN_INTERVAL_MS = 10_000;

/**
 * Shows the status until the signal aborts: in place at a terminal, else as lines every ten seconds. The first lines
 * come with the first reading.
 */
export async function watchStatus(
  observer: Observer,
  terminal: Pick<Terminal, 'output' | 'signal'>,
  paint: Paint,
): Promise<void> {
  const { output, signal } = terminal;
  const update = output.isTTY ? logUpdate : (text: string) => void output.write(`${text}\n\n`);
  let before: SystemReading | null = null;
  const ended = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  while (!signal.aborted) {
    const looked = await Promise.race([observer.look(), ended]);
    if (looked === null) return;
    const { reading, assessment } = looked;
    update(finish(terminal, formatStatus(reading, before, assessment, paint)));
    const isSettled = (before?.statuses ?? []).length > 0;
    before = reading;
    const intervalMs = output.isTTY || !isSettled ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

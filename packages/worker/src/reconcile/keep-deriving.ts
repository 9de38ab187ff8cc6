// A job derives at most one step of status changes. When the watermark jumps further, for example because a hole before many
// events is filled, the rest is derived here, step by step. Each step is a short transaction of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { readBehind } from '@timepoint/database/coverage/read-coverage';
import type { Database } from '@timepoint/database/pool';
import { deriveNext } from '@timepoint/database/status-changes/derive-in-steps';
import { STREAMS, type StreamName } from '@timepoint/shared/contract/streams';
import type { RecurringWork } from './recurring-work.ts';

export interface KeepDerivingOptions {
  readonly database: Database;
  readonly work: RecurringWork;
  /** The streams whose status changes are derived. Default: all streams whose events have a company status. */
  readonly streams?: readonly StreamName[];
}

/** Derived facts must be there within five seconds. */
const INTERVAL_MS = 1_000;
/** A store that fails is not asked every second. */
const PAUSE_MS = 5_000;

const FOLLOWED = STREAMS.filter(({ hasCompanyStatus }) => hasCompanyStatus).map(({ name }) => name);

/** Derives the status changes that jobs did not derive, now and every second, until it is closed. */
export function keepDeriving(options: KeepDerivingOptions): { close(): Promise<void> } {
  const stop = new AbortController();
  const rounds = repeat(options, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await rounds;
    },
  };
}

async function repeat(options: KeepDerivingOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isWhole = await deriveEach(options, signal);
    // Rejects only when the signal aborts.
    await sleep(isWhole ? INTERVAL_MS : PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Derives the status changes behind the watermark, each stream as its own part. Returns whether all parts succeeded. */
async function deriveEach(
  { database, work, streams = FOLLOWED }: KeepDerivingOptions,
  signal: AbortSignal,
): Promise<boolean> {
  let behind: readonly StreamName[] = [];
  const isKnown = await work.run('find-status-changes-behind', async () => {
    behind = await readBehind(database, streams);
  });
  if (!isKnown) return false;
  let isWhole = true;
  // A stream that is not behind any more counts as a success, even when another worker derived its changes.
  for (const stream of streams)
    isWhole =
      (await work.run(`derive-status-changes-of-${stream}`, async () => {
        if (behind.includes(stream)) await deriveStream(database, stream, signal);
      })) && isWhole;
  return isWhole;
}

async function deriveStream(database: Database, stream: StreamName, signal?: AbortSignal): Promise<void> {
  while (signal?.aborted !== true && (await deriveNext(database, stream)));
}

/**
 * Derives all status changes that are behind the watermark.
 * @throws the first error of the store.
 */
export async function deriveBehind(database: Database): Promise<void> {
  for (const stream of await readBehind(database, FOLLOWED)) await deriveStream(database, stream);
}

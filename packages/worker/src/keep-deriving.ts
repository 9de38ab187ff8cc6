// A job derives one step of status changes at most. When the watermark jumps further, as when a hole in front of many
// events is filled, the rest is derived here, step by step, each in a short transaction of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/errors';
import type { Logger } from '@timepoint/shared/logger';
import { STREAMS } from '@timepoint/shared/streams';
import type { Database } from './database.ts';
import { deriveNext } from './follow-status.ts';
import { readBehind } from './store/read-behind.ts';

export interface KeepDerivingOptions {
  readonly database: Database;
  readonly logger: Logger;
}

/** Facts are to be there within five seconds. */
const INTERVAL_MS = 1_000;
/** A store that fails is not asked every second. */
const PAUSE_MS = 5_000;

/** Derives the status changes that jobs have left, now and every second, until it is closed. */
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

async function repeat({ database, logger }: KeepDerivingOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let pause = INTERVAL_MS;
    try {
      await deriveBehind(database, signal);
    } catch (error) {
      pause = PAUSE_MS;
      logger.warn({ err: asError(error) }, 'deriving status changes failed; trying again');
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** Derives all status changes that are behind the watermark. */
export async function deriveBehind(database: Database, signal?: AbortSignal): Promise<void> {
  const streams = STREAMS.filter(({ hasCompanyStatus }) => hasCompanyStatus).map(({ name }) => name);
  for (const stream of await readBehind(database, streams))
    while (signal?.aborted !== true && (await deriveNext(database, stream)));
}

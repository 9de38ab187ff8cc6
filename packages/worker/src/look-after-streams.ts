import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/errors';
import type { StreamName } from '@timepoint/shared/streams';
import { createLetterJobs, type LetterJobs } from './letters/letter-jobs.ts';
import { keepMaintenance } from './maintenance.ts';
import { type MendOptions, mendHoles } from './mend-holes.ts';
import { retryFailedJobs } from './refused-job.ts';
import { registerStreams } from './register-streams.ts';
import { noteActivity } from './store/note-activity.ts';

/** Often enough that a wiped Redis costs seconds; each round is one look-up for each stream. */
const INTERVAL_MS = 5_000;

export interface LookAfterOptions extends MendOptions {
  readonly streams: readonly StreamName[];
}

/**
 * Registers missing streams, keeps the log tended, mends holes, gives open dead letters their jobs and notes where the
 * streams stand, now and every five seconds, until it is closed.
 */
export function lookAfterStreams(options: LookAfterOptions): { close(): Promise<void> } {
  const stop = new AbortController();
  const rounds = repeat(options, createLetterJobs(options), stop.signal);
  return {
    close: async () => {
      stop.abort();
      await rounds;
    },
  };
}

async function repeat(options: LookAfterOptions, letterJobs: LetterJobs, signal: AbortSignal): Promise<void> {
  const { queues, database, streams, logger } = options;
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    'register streams': async () => {
      const added = await registerStreams(queues, database, streams);
      if (added.length > 0) logger.info({ streams: added }, 'streams registered');
    },
    'schedule maintenance': () => keepMaintenance(queues),
    'read holes again': () => mendHoles(options),
    'give letters their jobs': () => letterJobs.align(),
    'retry failed jobs': async () => {
      const retried = await retryFailedJobs(queues);
      if (retried > 0) logger.info({ jobs: retried }, 'failed jobs are tried again');
    },
    'note activity': () => noteActivity(database),
  };
  while (!signal.aborted) {
    // One that fails keeps none of the others from being done.
    for (const [part, run] of Object.entries(parts)) {
      await run().catch((error: unknown) =>
        logger.warn({ part, err: asError(error) }, 'a part of the round failed; trying again in 5 s'),
      );
      if (signal.aborted) return;
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

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
  while (!signal.aborted) {
    try {
      const added = await registerStreams(options.queues, options.database, options.streams);
      if (added.length > 0) options.logger.info({ streams: added }, 'streams registered');
      await keepMaintenance(options.queues);
      await mendHoles(options);
      await letterJobs.align();
      const retried = await retryFailedJobs(options.queues);
      if (retried > 0) options.logger.info({ jobs: retried }, 'failed jobs are tried again');
      await noteActivity(options.database);
    } catch (error) {
      options.logger.warn({ err: asError(error) }, 'looking after the streams failed; trying again');
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { noteActivity } from '@timepoint/database/status/note-activity';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { retryFailedJobs } from '../consumer/refused-job.ts';
import { createLetterJobs, type LetterJobs } from '../letters/letter-jobs.ts';
import { keepMaintenance } from '../maintenance/maintenance.ts';
import type { RecurringWork } from './recurring-work.ts';
import { registerStreams } from './register-streams.ts';
import { type RepairOptions, repairHoles } from './repair-holes.ts';

/** Short enough that a wiped Redis costs only seconds. A round costs one look-up for each stream. */
const INTERVAL_MS = 5_000;

export interface ReconcileOptions extends RepairOptions {
  readonly streams: readonly StreamName[];
  readonly work: RecurringWork;
}

/**
 * Registers missing streams, schedules the maintenance, has lost events read again, gives open dead letters their jobs,
 * retries failed jobs and records the positions of the streams: now and every five seconds, until it is closed.
 */
export function reconcileStreams(options: ReconcileOptions): { close(): Promise<void> } {
  const stop = new AbortController();
  const rounds = repeat(options, createLetterJobs(options), stop.signal);
  return {
    close: async () => {
      stop.abort();
      await rounds;
    },
  };
}

async function repeat(options: ReconcileOptions, letterJobs: LetterJobs, signal: AbortSignal): Promise<void> {
  const { queues, database, streams, work, logger } = options;
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    'register-streams': async () => {
      const added = await registerStreams(queues, database, streams);
      if (added.length > 0) logger.info({ streams: added }, 'streams registered');
    },
    'schedule-maintenance': () => keepMaintenance(queues),
    'read-holes-again': () => repairHoles(options),
    'align-letter-jobs': () => letterJobs.align(),
    'retry-failed-jobs': async () => {
      const retried = await retryFailedJobs(queues);
      if (retried > 0) logger.info({ jobs: retried }, 'failed jobs are tried again');
    },
    'record-activity': () => noteActivity(database),
  };
  while (!signal.aborted) {
    for (const [part, run] of Object.entries(parts)) {
      await work.run(part, run);
      if (signal.aborted) return;
    }
    // Rejects only when the signal aborts.
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

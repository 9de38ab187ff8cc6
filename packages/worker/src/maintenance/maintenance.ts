import { setTimeout as sleep } from 'node:timers/promises';
import { expireLetters } from '@timepoint/database/letters/expire-letters';
import type { Database } from '@timepoint/database/pool';
import { tryToWrite } from '@timepoint/database/status/find-write-refusal';
import { asError } from '@timepoint/shared/platform/errors';
import type { Check } from '@timepoint/shared/platform/health';
import type { Logger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { removeUnlessTaken } from '@timepoint/shared/queues/contended-job';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { Metrics } from '../metrics.ts';
import { compactLog } from './compact-log.ts';

export interface MaintenanceOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly retentionDays: number;
  /** How long letters that are not open, and raw lines, are kept. */
  readonly letterRetentionDays: number;
  readonly auditRetentionDays: number;
  readonly metrics: Pick<Metrics, 'failures'>;
  readonly logger: Logger;
}

const SCHEDULER = catalogue.maintenance.jobId();
const DAY_MS = 86_400_000;
const INTERVAL_MS = 10 * 60_000;
/** The wait before the next try while the store takes no writes, in ms. */
const OUTAGE_RETRY_MS = 10_000;
/** One failure can be temporary. This many in a row are not. */
const FAILURES_TO_REPORT = 3;

/**
 * Compacts the log and expires letters now and every ten minutes. The queue has one scheduler with a stable id, however many
 * workers run, and one worker takes each job. A failed job is kept, as a finding, until a later one succeeds.
 */
export async function startMaintenance(options: MaintenanceOptions): Promise<{ close(): Promise<void> }> {
  const { queues, logger } = options;
  // When the queue takes no writes now, keepMaintenance adds the scheduler in a later round.
  await schedule(queues).catch((error: unknown) =>
    logger.warn({ err: asError(error) }, 'the maintenance is not scheduled; trying again in 5 s'),
  );
  const stop = new AbortController();
  const worker = queues.consume(
    catalogue.maintenance,
    async ({ name }) => {
      await maintainOnceWritable(options, stop.signal);
      await removeFailed(queues, name);
    },
    { concurrency: 1 },
  );
  return {
    close: () => {
      stop.abort();
      return worker.close();
    },
  };
}

/** Does the maintenance, and waits while the store takes no writes: that is a finding of its own. */
async function maintainOnceWritable(options: MaintenanceOptions, signal: AbortSignal): Promise<void> {
  while (true) {
    try {
      return await maintain(options);
    } catch (error) {
      const isWritable = await tryToWrite(options.database).then(
        () => true,
        () => false,
      );
      if (isWritable || signal.aborted) throw error;
    }
    await sleep(OUTAGE_RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Does every part, even when another one fails. @throws when a part failed, with the reason of each failed part. */
async function maintain(options: MaintenanceOptions): Promise<void> {
  const { database, retentionDays, letterRetentionDays, auditRetentionDays, metrics, logger } = options;
  const now = Date.now();
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    'compact-log': () => compactLog(database, { retentionDays, now, logger }),
    'expire-letters': () =>
      expireLetters(database, {
        keepAfter: now - letterRetentionDays * DAY_MS,
        keepAuditAfter: now - auditRetentionDays * DAY_MS,
      }),
  };
  const failures = await Promise.all(
    Object.entries(parts).map(async ([part, run]) => {
      try {
        await run();
        return [];
      } catch (error) {
        metrics.failures.inc({ part });
        return [asError(error)];
      }
    }),
  ).then((each) => each.flat());
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
}

/** A success ends the finding of earlier failures of the same work. */
async function removeFailed({ maintenance }: Queues, name: string): Promise<void> {
  for (const job of await maintenance.getFailed()) if (job?.name === name) await removeUnlessTaken(job);
}

/** Bad while the maintenance has failed three times in a row, on any workers. */
export async function checkMaintenance({ maintenance }: Queues): Promise<Check> {
  const failures = await maintenance.getFailedCount();
  if (failures < FAILURES_TO_REPORT) return { ok: true, detail: 'done every ten minutes' };
  const [newest] = await maintenance.getFailed(0, 0);
  const detail = `the last ${failures} runs of the maintenance failed: ${newest?.failedReason}. See \`timepoint failed-jobs\`; it is tried again within ten minutes.`;
  return { ok: false, detail };
}

/** Adds the scheduler again when the queue has lost it. */
export async function keepMaintenance(queues: Queues): Promise<void> {
  if ((await queues.maintenance.getJobScheduler(SCHEDULER)) === undefined) await schedule(queues);
}

async function schedule({ maintenance }: Queues): Promise<void> {
  await maintenance.upsertJobScheduler(SCHEDULER, { every: INTERVAL_MS }, { name: SCHEDULER });
}

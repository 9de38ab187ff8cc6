import { expireLetters } from '@timepoint/database/letters/expire-letters';
import type { Database } from '@timepoint/database/pool';
import { asError } from '@timepoint/shared/platform/errors';
import type { Check } from '@timepoint/shared/platform/health';
import type { Logger } from '@timepoint/shared/platform/logger';
import { removeUnlessTaken } from '@timepoint/shared/queues/contended-job';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { Metrics } from '../metrics.ts';
import { tendLog } from './compact-log.ts';

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

const SCHEDULER = 'tend-log';
const DAY_MS = 86_400_000;
const INTERVAL_MS = 10 * 60_000;
/** One failure may be of the moment; so many in a row are not. */
const FAILURES_TO_REPORT = 3;

/**
 * Compacts the log and expires letters now and every ten minutes. However many workers there are, the queue has one
 * scheduler, by its stable id, and one of them takes each job. A job that failed is kept, and so is a finding, until a later
 * one succeeds.
 */
export async function startMaintenance(options: MaintenanceOptions): Promise<{ close(): Promise<void> }> {
  const { queues, logger } = options;
  // A queue that takes no writes now gets it in a later round, by keepMaintenance.
  await schedule(queues).catch((error: unknown) =>
    logger.warn({ err: asError(error) }, 'the maintenance is not scheduled; trying again in 5 s'),
  );
  const worker = queues.startWorker(
    'maintenance',
    async ({ name }) => {
      await maintain(options);
      await removeFailed(queues, name);
    },
    { concurrency: 1 },
  );
  worker.on('failed', (_job, error) =>
    logger.warn({ err: error }, 'the maintenance failed: it is tried again within ten minutes'),
  );
  return { close: () => worker.close() };
}

/** Does every part, also when another fails. @throws when one has failed, with the reason of each. */
async function maintain(options: MaintenanceOptions): Promise<void> {
  const { database, retentionDays, letterRetentionDays, auditRetentionDays, metrics, logger } = options;
  const now = Date.now();
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    'compact-log': () => tendLog(database, { retentionDays, now, logger }),
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

/** A success ends what earlier failures of the same work have found. */
async function removeFailed({ maintenance }: Queues, name: string): Promise<void> {
  for (const job of await maintenance.getFailed()) if (job?.name === name) await removeUnlessTaken(job);
}

/** Bad while the maintenance, of whichever worker, has failed three times in a row. */
export async function checkMaintenance({ maintenance }: Queues): Promise<Check> {
  const failures = await maintenance.getFailedCount();
  if (failures < FAILURES_TO_REPORT) return { ok: true, detail: 'done every ten minutes' };
  const [newest] = await maintenance.getFailed(0, 0);
  const detail = `the maintenance failed ${failures} times in a row: ${newest?.failedReason}. See \`timepoint failed-jobs\`; it is tried again within ten minutes.`;
  return { ok: false, detail };
}

/** Adds the scheduler again to a queue that forgot it. */
export async function keepMaintenance(queues: Queues): Promise<void> {
  if ((await queues.maintenance.getJobScheduler(SCHEDULER)) === undefined) await schedule(queues);
}

async function schedule({ maintenance }: Queues): Promise<void> {
  await maintenance.upsertJobScheduler(SCHEDULER, { every: INTERVAL_MS }, { name: SCHEDULER });
}

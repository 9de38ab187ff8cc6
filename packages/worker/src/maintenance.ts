import { asError } from '@timepoint/shared/errors';
import type { Logger } from '@timepoint/shared/logger';
import type { Queues } from '@timepoint/shared/queues';
import type { Database } from './database.ts';
import { expireLetters } from './store/expire-letters.ts';
import { tendLog } from './tend-log.ts';

export interface MaintenanceOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly retentionDays: number;
  /** How long letters that are not open, and raw lines, are kept. */
  readonly letterRetentionDays: number;
  readonly auditRetentionDays: number;
  readonly logger: Logger;
}

const SCHEDULER = 'tend-log';
const DAY_MS = 86_400_000;
const INTERVAL_MS = 10 * 60_000;

/**
 * Tends the log now and every ten minutes. However many workers there are, the queue has one scheduler, by
 * its stable id, and one of them takes each job.
 */
export async function startMaintenance({
  queues,
  database,
  retentionDays,
  letterRetentionDays,
  auditRetentionDays,
  logger,
}: MaintenanceOptions): Promise<{ close(): Promise<void> }> {
  await schedule(queues);
  const worker = queues.startWorker(
    'maintenance',
    async () => {
      const now = Date.now();
      const retention = {
        keepAfter: now - letterRetentionDays * DAY_MS,
        keepAuditAfter: now - auditRetentionDays * DAY_MS,
      };
      // Neither keeps the other from being done.
      const parts = [tendLog(database, { retentionDays, now, logger }), expireLetters(database, retention)];
      const failures = (await Promise.allSettled<unknown>(parts)).flatMap((part) =>
        part.status === 'rejected' ? asError(part.reason) : [],
      );
      if (failures.length > 0)
        throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
    },
    { concurrency: 1 },
  );
  worker.on('failed', (_job, error) =>
    logger.warn({ err: error }, 'tending the log failed; trying again later'),
  );
  return { close: () => worker.close() };
}

/** Adds the scheduler again to a queue that forgot it. */
export async function keepMaintenance(queues: Queues): Promise<void> {
  if ((await queues.maintenance.getJobScheduler(SCHEDULER)) === undefined) await schedule(queues);
}

async function schedule({ maintenance }: Queues): Promise<void> {
  await maintenance.upsertJobScheduler(SCHEDULER, { every: INTERVAL_MS }, { name: SCHEDULER });
}

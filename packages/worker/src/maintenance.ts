import type { Logger } from '@timepoint/shared/logger';
import type { Queues } from '@timepoint/shared/queues';
import type { Database } from './database.ts';
import { tendLog } from './tend-log.ts';

export interface MaintenanceOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly retentionDays: number;
  readonly logger: Logger;
}

const SCHEDULER = 'tend-log';
const INTERVAL_MS = 10 * 60_000;

/**
 * Tends the log now and every ten minutes. However many workers there are, the queue has one scheduler, by
 * its stable id, and one of them takes each job.
 */
export async function startMaintenance({
  queues,
  database,
  retentionDays,
  logger,
}: MaintenanceOptions): Promise<{ close(): Promise<void> }> {
  await schedule(queues);
  const worker = queues.startWorker(
    'maintenance',
    () => tendLog(database, { retentionDays, now: Date.now(), logger }),
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

import { saveAudit } from '@timepoint/database/audit/save-audit';
import type { Database } from '@timepoint/database/pool';
import { deadLetterJobSchema } from '@timepoint/shared/contract/job';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { UnrecoverableError } from 'bullmq';
import { type Consumer, startConsumer } from '../consumer/consumer.ts';
import { parseJob } from '../consumer/parse-job.ts';
import type { Metrics } from '../metrics.ts';
import { replayLetter } from './replay-letter.ts';

export interface LettersWorkerOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly metrics: Pick<Metrics, 'refusedJobs'>;
  readonly logger: Logger;
}

/**
 * Takes jobs from the queue `dead-letters` and applies the letter that each names. A letter that can't be applied is a failed
 * job with the reason. Retrying the job, as Bull Board does, is a replay. The audit records it when the job says who asked for
 * it.
 */
export function startLettersWorker({ queues, database, metrics, logger }: LettersWorkerOptions): Consumer {
  const take = async (job: Job): Promise<void> => {
    const { id, who } = parseJob(job, deadLetterJobSchema, metrics);
    const replay = await replayLetter(database, id);
    if (who !== undefined) {
      await saveAudit(database, { who, what: 'replay', details: { selection: { ids: [id] }, ...replay } });
      // The next retry may be asked for by another person.
      await job.updateData({ id });
    }
    if (replay.kind === 'refused') throw new UnrecoverableError(replay.detail);
    if (replay.kind === 'applied') logger.info({ letter: id, job: job.id }, 'dead letter replayed');
  };
  return startConsumer({ queues, name: 'dead-letters', concurrency: 1, take });
}

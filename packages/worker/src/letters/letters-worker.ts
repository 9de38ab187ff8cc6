import { saveAudit } from '@timepoint/database/audit/save-audit';
import type { Database } from '@timepoint/database/pool';
import type { DeadLetterJob } from '@timepoint/shared/contract/job';
import type { Logger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { UnrecoverableError } from '@timepoint/shared/queues/consume';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { type Consumer, startConsumer } from '../consumer/consumer.ts';
import { replayLetter } from './replay-letter.ts';

export interface LettersWorkerOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly logger: Logger;
}

/**
 * Takes jobs from the queue `dead-letters` and applies the letter that each names. A letter that can't be applied is a failed
 * job with the reason. Retrying the job, as Bull Board does, is a replay. The audit records it when the job says who asked for
 * it.
 */
export function startLettersWorker({ queues, database, logger }: LettersWorkerOptions): Consumer {
  const take = async (job: Job<DeadLetterJob>): Promise<void> => {
    const { id, who } = job.data;
    const replay = await replayLetter(database, id);
    if (who !== undefined) {
      await saveAudit(database, { who, what: 'replay', details: { selection: { ids: [id] }, ...replay } });
      // The next retry may be asked for by another person.
      await job.updateData({ id });
    }
    if (replay.kind === 'refused') throw new UnrecoverableError(replay.detail);
    if (replay.kind === 'applied') logger.info({ letter: id, job: job.id }, 'dead letter replayed');
  };
  return startConsumer({ queues, queue: catalogue.deadLetters, concurrency: 1, take });
}

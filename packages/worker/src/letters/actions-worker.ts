import { isDataError } from '@timepoint/database/pool';
import { type ActionJob, type ActionProgress, actionProgressSchema } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { type JobHold, UnrecoverableError } from '@timepoint/shared/queues/consume';
import type { Job } from '@timepoint/shared/queues/queues';
import { type Consumer, startConsumer } from '../consumer/consumer.ts';
import { actOnLetters } from './act-on-letters.ts';
import type { LettersWorkerOptions } from './letters-worker.ts';

/**
 * Takes jobs from the queue `actions` and does them one at a time. The job shows the progress while it runs and the totals as
 * its result. An action stops when its job is marked as cancelled. When a shutdown or a kill interrupts an action, another
 * worker starts it again with the letters that are left.
 */
export function startActionsWorker({ queues, database, logger }: LettersWorkerOptions): Consumer {
  const take = async (job: Job<ActionJob>, { putBack, stop }: JobHold): Promise<ActionProgress> => {
    const action = job.data;
    const { what, who } = action;
    // Letters that were done before an interruption are not among the letters that are left.
    const before = what === 'dry-run' ? 0 : (actionProgressSchema.safeParse(job.progress).data?.passed ?? 0);
    const inAll = ({ total, done, passed, ...rest }: ActionProgress): ActionProgress => ({
      ...rest,
      total: total + before,
      done: done + before,
      passed: passed + before,
    });
    logger.info({ action: job.id, what, who }, 'action begun');
    const progress = await actOnLetters(database, action, async (soFar) => {
      await job.updateProgress(inAll(soFar));
      // A finished action keeps its totals: started again, it would find no letters and report none.
      if (soFar.done === soFar.total || soFar.isCancelled) return true;
      return stop.aborted ? putBack() : !(await isCancelled(job));
    }).catch((error: unknown) => {
      // Postgres would refuse the same action again.
      if (isDataError(error)) throw new UnrecoverableError(`can't be done: ${asError(error).message}`);
      throw error;
    });
    logger.info({ action: job.id, what, who, ...progress }, 'action ended');
    return inAll(progress);
  };
  const isCancelled = async ({ id }: Job<ActionJob>) => {
    const current = await queues.actions.getJob(id ?? '');
    return current === undefined || current.data.isCancelled === true;
  };
  return startConsumer({ queues, queue: catalogue.actions, concurrency: 1, take });
}

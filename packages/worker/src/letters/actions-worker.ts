import { isDataError } from '@timepoint/database/pool';
import {
  type ActionJob,
  type ActionProgress,
  actionJobSchema,
  actionProgressSchema,
} from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import type { Job } from '@timepoint/shared/queues/queues';
import { UnrecoverableError, WaitingError } from 'bullmq';
import { type Consumer, type JobHold, startConsumer } from '../consumer/consumer.ts';
import { parseJob } from '../consumer/parse-job.ts';
import { actOnLetters } from './act-on-letters.ts';
import type { LettersWorkerOptions } from './letters-worker.ts';

/**
 * Takes jobs from the queue `actions` and does them one at a time. The job shows the progress while it runs and the totals as
 * its result. An action stops when its job is marked as cancelled. When a shutdown or a kill interrupts an action, another
 * worker starts it again with the letters that are left.
 */
export function startActionsWorker({ queues, database, metrics, logger }: LettersWorkerOptions): Consumer {
  const take = async (job: Job<ActionJob>, { token, signal }: JobHold): Promise<ActionProgress> => {
    const action = parseJob(job, actionJobSchema, metrics);
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
      if (!signal.aborted) return !(await isCancelled(job));
      await job.moveToWait(token);
      throw new WaitingError();
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
  return startConsumer<ActionJob>({ queues, name: 'actions', concurrency: 1, take });
}

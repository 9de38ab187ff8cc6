// A job that a worker has in hand and does not finish now goes back to its queue. It keeps its data, and the try does not
// count as a failure.
import { DelayedError, type Job, WaitingError } from 'bullmq';

/** When a job that is given back can be taken again. Without a delay that is at once: on Redis it is the next one. */
export interface Return {
  /** Not before this time has passed, in ms. Others go first meanwhile. */
  readonly delayMs?: number;
  /** Behind all that wait by then. Otherwise the backend on Postgres gives a delayed job its old place again. */
  readonly isLast?: boolean;
}

/** Gives the job in hand back to its queue. It always throws, and the error must reach BullMQ. */
export type PutBack = (back?: Return) => Promise<never>;

/** The function that gives a job back, for the worker that holds its lock by the token. */
export function puttingBack(
  job: Job,
  token: string | undefined,
  placeLast: (job: Job) => Promise<void>,
): PutBack {
  return async ({ delayMs, isLast = false } = {}) => {
    if (delayMs === undefined) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (isLast) await placeLast(job);
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  };
}

// Several processes, and people, may take up, try again or remove one job at the same time. That another was faster is
// expected; every other error, such as a store that is away, passes.
import { ErrorCode, type Job } from 'bullmq';

/**
 * Removes a job unless a worker has it in hand. Returns whether it is gone.
 * @throws what the store says when it fails.
 */
export async function removeUnlessTaken(job: Pick<Job, 'remove'>): Promise<boolean> {
  try {
    await job.remove();
    return true;
  } catch (error) {
    // BullMQ gives this error no code. Its text is that of https://github.com/taskforcesh/bullmq/pull/2175.
    if (
      error instanceof Error &&
      error.message.endsWith('could not be removed because it is locked by another worker')
    )
      return false;
    throw error;
  }
}

/**
 * Tries a failed job again. Returns false when it is gone or has not failed any more.
 * @throws what the store says when it fails.
 */
export async function retryIfFailed(job: Pick<Job, 'retry'>): Promise<boolean> {
  try {
    await job.retry('failed');
    return true;
  } catch (error) {
    if (EXPECTED.some((code) => error instanceof Error && 'code' in error && error.code === code))
      return false;
    throw error;
  }
}

const EXPECTED: readonly ErrorCode[] = [ErrorCode.JobNotExist, ErrorCode.JobNotInState];

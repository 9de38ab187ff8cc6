// A job whose data and progress only its holder can write. BullMQ checks the lock when a job is finished, but not when
// its data is written. Example: the holder of a stream is stopped for a minute, and another takes the stream and reads
// to 900. The first continues and stores 400, its last position. The write checks the lock in the same step, and is
// refused.
import type { Job } from 'bullmq';
import { TimepointError } from '../platform/errors.ts';

export type FencedField = 'data' | 'progress';

/** Writes a field of a job if the token holds its lock, in one step. Returns whether the token holds the lock. */
export type WriteHeld = (jobId: string, token: string, field: FencedField, value: string) => Promise<boolean>;

/** The code of the error of a write that was refused because another process holds the lock of the job. */
export const LEASE_LOST = 'lease-lost';

/** Makes the writes of a job fail with {@link LEASE_LOST} when the token no longer holds its lock. */
export function fence<Data>(job: Job<Data>, token: string, write: WriteHeld): Job<Data> {
  const fenced = async (field: FencedField, value: unknown) => {
    if (await write(job.id ?? '', token, field, JSON.stringify(value))) return;
    throw new TimepointError(
      LEASE_LOST,
      `The lock of ${job.name} is another's: its ${field} was not written.`,
    );
  };
  return Object.assign(job, {
    updateData: async (data: Data) => {
      await fenced('data', data);
      job.data = data;
    },
    updateProgress: async (progress: Job['progress']) => {
      await fenced('progress', progress);
      job.progress = progress;
    },
  });
}

/** Whether an error says that another process holds the lock of a job. */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof TimepointError && error.code === LEASE_LOST;
}

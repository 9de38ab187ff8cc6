// A job whose data and progress only its holder can write. BullMQ checks the lock when a job is finished, but not when
// its data is written. Example: the holder of a stream is stopped for a minute, and another takes the stream and reads
// to 900. The first continues and stores 400, its last position. The write checks the lock in the same step, and is
// refused.
import type { Job } from 'bullmq';
import { TimepointError } from '../platform/errors.ts';
import type { Redis } from './redis.ts';

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

// Both keys have the hash tag of the prefix, so they are on the same node of a cluster.
const WRITE_ON_REDIS = `
if redis.call('get', KEYS[2]) ~= ARGV[1] or redis.call('exists', KEYS[1]) == 0 then return 0 end
redis.call('hset', KEYS[1], ARGV[2], ARGV[3])
return 1`;

/** Writes to the jobs of a queue in Redis. */
export function writingHeldOnRedis(redis: Redis, toKey: (jobId: string) => string): WriteHeld {
  return async (jobId, token, field, value) => {
    const key = toKey(jobId);
    return (await redis.eval(WRITE_ON_REDIS, 2, key, `${key}:lock`, token, field, value)) === 1;
  };
}

/** A statement for the backend of BullMQ on Postgres; the schema is in its search path. */
export function writeHeldOnPostgres(field: FencedField): string {
  return `update job set ${field} = $4::jsonb
    where queue = $1 and id = $2 and state = 'active' and lock_token = $3 returning id`;
}

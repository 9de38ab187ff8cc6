import { afterEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import type { StreamJob } from '../contract/job.ts';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import type { JobHold } from './consume.ts';
import { isLeaseLost } from './fenced-job.ts';
import { type Job, openQueues, type Queues } from './queues.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const position = (timepoint: number) => ({ timepoint, origin: 1 }) as unknown as StreamJob;

describe.each(backends)('Timepoint, fencing the writes to a job in %s,', (backend) => {
  let queues: Queues;
  const workers: { close(force?: boolean): Promise<void> }[] = [];
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.close(true);
    await queues.close();
  });

  const open = async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  };
  /** Takes the stream and keeps it; returns its job, fenced by the lock that was got for it. */
  const take = async (options: object = {}) => {
    const taken = Promise.withResolvers<Job<StreamJob>>();
    const work = (job: Job<StreamJob>, { token }: JobHold) => {
      taken.resolve(queues.fence(job, token));
      return new Promise<never>(() => undefined);
    };
    workers.push(queues.consume(catalogue.streams, work, { drainDelay: 1, ...options }));
    return await taken.promise;
  };
  const stored = async () => await queues.streams.getJob('companies');

  it('writes data and progress while the lock is held', async () => {
    await open();
    await queues.streams.add('companies', position(5), { jobId: 'companies' });
    const job = await take();
    await job.updateData(position(6));
    await job.updateProgress({ state: 'open' });
    expect(job.data).toEqual({ timepoint: 6, origin: 1 });
    expect(await stored()).toMatchObject({ data: { timepoint: 6 }, progress: { state: 'open' } });
  });

  it('refuses the writes of a holder whose lock ended and is another’s', async () => {
    await open();
    await queues.streams.add('companies', position(5), { jobId: 'companies' });
    // Never renewed, as by a process that is stopped.
    const first = await take({ lockDuration: 500, skipLockRenewal: true, stalledInterval: 300 });
    const second = await take({ stalledInterval: 300 });
    await second.updateData(position(900));
    await second.updateProgress({ of: 'the second' });
    for (let twice = 0; twice < 2; twice += 1) {
      expect(isLeaseLost(await first.updateData(position(400)).catch((error: unknown) => error))).toBe(true);
      expect(
        isLeaseLost(await first.updateProgress({ of: 'the first' }).catch((error: unknown) => error)),
      ).toBe(true);
    }
    expect(first.data).toEqual({ timepoint: 5, origin: 1 });
    expect(await stored()).toMatchObject({ data: { timepoint: 900 }, progress: { of: 'the second' } });
    await second.updateData(position(901));
    expect((await stored())?.data).toMatchObject({ timepoint: 901 });
  });

  it('refuses the writes of a holder whose job is gone, and does not bring it back', async () => {
    await open();
    await queues.streams.add('companies', position(5), { jobId: 'companies' });
    const job = await take();
    await queues.streams.obliterate({ force: true });
    expect(isLeaseLost(await job.updateData(position(6)).catch((error: unknown) => error))).toBe(true);
    await until(async () => (await stored()) === undefined);
  });
});

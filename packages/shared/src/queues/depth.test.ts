import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { UnrecoverableError } from './consume.ts';
import { countDue, depthOf, untakenIn } from './depth.ts';
import { openQueues, type Queues } from './queues.ts';
import { readOldestOf } from './read-queues.ts';
import { readRewinds } from './rewinds.ts';
import { EVENTS_JOB } from './test-jobs.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, counting what its queues in %s hold,', (backend) => {
  let queues: Queues;
  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  });
  afterEach(() => queues.close());
  const add = (jobId: string, options: object = {}) =>
    queues.events.add('companies', EVENTS_JOB, { jobId, ...options });
  const addAll = async () => {
    for (const id of ['one', 'two', 'three']) await add(id);
    await add('urgent', { priority: 1, timestamp: 1_000 });
    for (const id of ['later', 'latest']) await add(id, { delay: 3_600_000 });
  };

  it('counts as waiting what is due, also with a priority and while the queue is paused', async () => {
    await addAll();
    const depth = { name: 'events', waiting: 4, active: 0, delayed: 2, failed: 0 };
    expect(await depthOf(queues.events)).toEqual(depth);
    await queues.events.pause();
    expect(await depthOf(queues.events)).toEqual(depth);
    expect(untakenIn(depth)).toBe(6);
    expect(await readOldestOf(queues.events, 'waiting')).toBe(1_000);
  });

  it('counts what is at work and what has failed apart', async () => {
    const end = Promise.withResolvers<void>();
    const worker = queues.consume(catalogue.events, async ({ id }) => {
      if (id === 'bad') throw new UnrecoverableError('never');
      await end.promise;
    });
    try {
      await add('bad');
      await until(async () => (await depthOf(queues.events)).failed === 1);
      await add('long');
      await until(async () => (await depthOf(queues.events)).active === 1);
      expect(await depthOf(queues.events)).toMatchObject({ waiting: 0, active: 1, delayed: 0, failed: 1 });
    } finally {
      end.resolve();
      await worker.close();
    }
  });

  it('counts as due what waits and what is delayed no longer', async () => {
    await addAll();
    expect(await countDue(queues.events)).toBe(4);
    expect(await countDue(queues.events, Date.now() + 7_200_000)).toBe(6);
  });

  it('finds the requests to read again in a paused queue, too', async () => {
    await queues.rewinds.add('companies', { timepoint: 5 } as never, { jobId: 'companies-5' });
    await queues.rewinds.pause();
    expect(await readRewinds(queues, 'companies')).toHaveLength(1);
  });
});

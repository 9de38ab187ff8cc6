import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/dev/test-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/dev/test-redis';
import type { EventsJob } from './job.ts';
import { createLogger } from './logger.ts';
import { openQueues, type Queues } from './queues.ts';
import { readQueues } from './read-queues.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, asked how old the oldest unfinished job is on %s,', (backend) => {
  let queues: Queues;

  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
    for (const timestamp of [2_000, 3_000])
      await queues.events.add('companies', {} as EventsJob, { jobId: `at-${timestamp}`, timestamp });
  });
  afterEach(() => queues.close());
  const oldest = async () => (await readQueues(queues)).oldestEventsAt;

  it('looks at those that wait', async () => {
    expect(await oldest()).toBe(2_000);
  });

  it('looks at those in a queue that somebody has paused, and counts them', async () => {
    await queues.events.pause();
    expect(await oldest()).toBe(2_000);
    const { depths } = await readQueues(queues);
    expect(depths.find(({ name }) => name === 'events')).toMatchObject({ waiting: 2 });
    await queues.events.resume();
  });

  it('looks at those that are put back after a failure', async () => {
    await queues.events.add('companies', {} as EventsJob, {
      jobId: 'at-1000',
      timestamp: 1_000,
      delay: 3_600_000,
    });
    expect(await oldest()).toBe(1_000);
  });

  it('looks at those at work', async () => {
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const work = async () => {
      taken.resolve();
      await end;
    };
    const worker = queues.startWorker('events', work, { concurrency: 1 });
    await taken.promise;
    expect(await oldest()).toBe(2_000);
    resolve();
    await worker.close();
  });
});

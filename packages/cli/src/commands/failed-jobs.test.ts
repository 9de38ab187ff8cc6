import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { EVENTS_JOB } from '@timepoint/shared/queues/test-jobs';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startCommand } from '../test-command-line.ts';

const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, asked about failed jobs on %s,', (backend) => {
  let test: TestDatabase;
  let queues: Queues;
  const prefix = uniquePrefix();
  const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;

  beforeAll(async () => {
    test = await createTestDatabase();
    const logger = createLogger({ name: 'test', level: 'silent' });
    queues = await openQueues({ redisUrl, databaseUrl: test.url, prefix }, logger);
  });
  afterAll(async () => {
    await queues.close();
    await test.drop();
  });

  const run = (args = '') =>
    startCommand(`failed-jobs${args}`, test.url, {
      env: { QUEUE_PREFIX: prefix, ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) },
    }).ended;
  const fail = async (id: string) => {
    await queues.events.add('companies', EVENTS_JOB, { jobId: id, attempts: 1 });
    const worker = queues.consume(catalogue.events, () => Promise.reject(new Error('not today')), {});
    await until(async () => (await queues.events.getJob(id))?.finishedOn !== undefined);
    await worker.close();
  };

  it('shows the reason, retries them, and removes one with its data', async () => {
    expect(await run()).toEqual({ printed: 'no job has failed\n', exitCode: undefined });
    await fail('companies-101-140');
    const { printed, exitCode } = await run();
    expect(printed).toMatch(/^job +failed +reason\nevents\/companies-101-140 +20\S+Z +not today\n$/);
    expect(exitCode).toBe(1);
    expect(JSON.parse((await run(' --json')).printed)).toMatchObject([
      { queue: 'events', id: 'companies-101-140', reason: 'not today' },
    ]);
    expect((await run(' --retry')).exitCode).toBeUndefined();
    expect(await queues.events.getFailedCount()).toBe(0);
    await expect(run(' --remove events/companies-101-140')).rejects.toThrow('There is no failed job');
    await fail('companies-101-140');
    expect(JSON.parse((await run(' --remove events/companies-101-140')).printed)).toMatchObject({
      data: EVENTS_JOB,
      reason: 'not today',
    });
    expect(await queues.events.getJob('companies-101-140')).toBeUndefined();
    await expect(run(' --remove nothing')).rejects.toThrow('There is no failed job');
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import type { ConnectionReport } from '../contract/connection-report.ts';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { openQueues, type Queues } from './queues.ts';
import { readQueues } from './read-queues.ts';
import { EVENTS_JOB } from './test-jobs.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, asked how old the oldest unfinished job is on %s,', (backend) => {
  let queues: Queues;

  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
    for (const timestamp of [2_000, 3_000])
      await queues.events.add('companies', EVENTS_JOB, { jobId: `at-${timestamp}`, timestamp });
  });
  afterEach(() => queues.close());
  const oldest = async () => (await readQueues(queues)).oldestEventsAt;

  it('looks at those that wait', async () => {
    expect(await oldest()).toBe(2_000);
  });

  it('looks at those in a paused queue, and counts them', async () => {
    await queues.events.pause();
    expect(await oldest()).toBe(2_000);
    const { depths } = await readQueues(queues);
    expect(depths.find(({ name }) => name === 'events')).toMatchObject({ waiting: 2 });
    await queues.events.resume();
  });

  it('looks at those that are put back after a failure', async () => {
    await queues.events.add('companies', EVENTS_JOB, {
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
    const worker = queues.consume(catalogue.events, work, { concurrency: 1 });
    await taken.promise;
    expect(await oldest()).toBe(2_000);
    resolve();
    await worker.close();
  });
});

describe.each(backends)('Timepoint, reading what a clock an hour off has written to %s,', (backend) => {
  const HOUR = 3_600_000;
  let queues: Queues;

  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  });
  afterEach(() => queues.close());
  const readReport = async () =>
    (await readQueues(queues)).streams.find(({ stream }) => stream === 'companies')?.report;
  const ageMs = async () => Date.now() - ((await readReport())?.at ?? Number.NaN);

  it.each([
    ['ahead', HOUR],
    ['behind', -HOUR],
  ])('knows how old a report is whose clock is %s', async (_title, aheadMs) => {
    const job = await queues.streams.add('companies', {}, { jobId: 'companies' });
    const write = async (wall: number) => {
      const report: ConnectionReport = {
        state: 'waiting',
        since: wall - 3_000,
        downSince: wall - 7_000,
        nextTryAt: wall + 9_000,
        ending: null,
        detail: null,
        lastByteAt: null,
        lastEventAt: null,
        silenceLimitMs: 1,
        connection: null,
        holder: 'there:1',
        at: wall,
      };
      await job.updateProgress(report);
    };
    await write(Date.now());
    await readReport();
    await write(Date.now() + aheadMs);
    const report = await readReport();
    expect(Math.abs(Date.now() - (report?.at ?? 0))).toBeLessThan(60_000);
    expect((report?.at ?? 0) - (report?.downSince ?? 0)).toBe(7_000);
    expect((report?.nextTryAt ?? 0) - (report?.at ?? 0)).toBe(9_000);
    // A holder that writes no more is found all the same.
    await until(async () => (await ageMs()) > 1_500);
  });

  it('counts a job of the future as added when it was seen first', async () => {
    const timestamp = Date.now() + HOUR;
    await queues.events.add('companies', EVENTS_JOB, { jobId: 'later', timestamp });
    await until(async () => {
      const { oldestEventsAt } = await readQueues(queues);
      return oldestEventsAt !== null && Date.now() - oldestEventsAt > 1_500;
    });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { createLogger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { type Job, openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readRewinds, requestRewind } from '@timepoint/shared/queues/rewinds';
import { EVENTS_JOB } from '@timepoint/shared/queues/test-jobs';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { adoptRewind, waitForDrain } from './watch-queue.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, taking over requests to read again from %s,', (backend) => {
  let queues: Queues;
  afterEach(() => queues.close());

  const open = async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
    const data = { timepoint: 900, origin: 1 } as unknown as StreamJob;
    return await queues.streams.add('companies', data, { jobId: 'companies' });
  };
  const request = (timepoint: number) => requestRewind(queues, 'companies', timepoint as Timepoint);
  const requests = async () =>
    (await readRewinds(queues, 'companies')).map(({ data }) => Number(data.timepoint));
  const position = async () => (await queues.streams.getJob('companies'))?.data.timepoint;
  /** Has something happen after the requests were read and before they are removed. */
  const whenWritten = (streamJob: Job<StreamJob>, happen: () => Promise<unknown>): Job<StreamJob> => {
    const write = streamJob.updateData.bind(streamJob);
    return Object.assign(streamJob, {
      updateData: async (data: StreamJob) => {
        await write(data);
        await happen();
      },
    });
  };

  it('keeps one that is made while an earlier one is taken over', async () => {
    const streamJob = await open();
    await request(105);
    await adoptRewind(
      queues,
      whenWritten(streamJob, () => request(103)),
      logger,
    );
    expect(await position()).toBe(105);
    expect(await requests()).toEqual([103]);
    await adoptRewind(queues, streamJob, logger);
    expect(await position()).toBe(103);
    expect(await requests()).toEqual([]);
  });

  it('goes back to the lowest of several, and never forward', async () => {
    const streamJob = await open();
    for (const timepoint of [107, 103, 105]) await request(timepoint);
    await adoptRewind(queues, streamJob, logger);
    expect(await position()).toBe(103);
    await request(800);
    await adoptRewind(queues, streamJob, logger);
    expect(await position()).toBe(103);
    expect(await requests()).toEqual([]);
  });

  it('goes on to the lowest of the latest epoch, and never back to an earlier one', async () => {
    const streamJob = await open();
    for (const timepoint of [103, EPOCH_STEP + 7, 2 * EPOCH_STEP + 9, 2 * EPOCH_STEP + 3, 905])
      await request(timepoint);
    await adoptRewind(queues, streamJob, logger);
    expect(await position()).toBe(2 * EPOCH_STEP + 3);
    for (const timepoint of [103, EPOCH_STEP + 7, 2 * EPOCH_STEP + 9]) await request(timepoint);
    await adoptRewind(queues, streamJob, logger);
    expect(await position()).toBe(2 * EPOCH_STEP + 3);
    expect(await requests()).toEqual([]);
  });

  it('takes them over again when it ended before they were removed', async () => {
    const streamJob = await open();
    await request(105);
    const killed = whenWritten(streamJob, () => Promise.reject(new Error('killed')));
    await expect(adoptRewind(queues, killed, logger)).rejects.toThrow('killed');
    expect(await requests()).toEqual([105]);
  });

  it('leaves out one that names no timepoint, without waiting for it for ever', async () => {
    const streamJob = await open();
    await queues.rewinds.add('companies', { timepoint: 'soon' } as never, { jobId: 'by-hand' });
    await request(105);
    await adoptRewind(queues, streamJob, logger);
    expect(await position()).toBe(105);
    expect(await requests()).toEqual([]);
  });
});

describe.each(backends)('Timepoint, waiting for its queues on %s to drain,', (backend) => {
  it('keeps its place until its turn is over and another stream wants it', async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    const settings = { redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() };
    const queues = await openQueues(settings, logger);
    await queues.streams.setGlobalConcurrency(1);
    await queues.events.add('companies', EVENTS_JOB);
    const taken = Promise.withResolvers<Job<StreamJob>>();
    const stop = Promise.withResolvers<void>();
    const worker = queues.consume(
      catalogue.streams,
      (job) => {
        taken.resolve(job);
        return stop.promise;
      },
      { drainDelay: 1 },
    );
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    const streamJob = await taken.promise;
    let isOver = false;
    const abort = new AbortController();
    const turnEndsAt = performance.now();
    const waiting = waitForDrain({ queues, streamJob, lowWaterJobs: 1, turnEndsAt }, abort.signal);
    void waiting.then(() => {
      isOver = true;
    });
    // Longer than from one look to the next.
    const before = performance.now();
    await until(() => performance.now() - before > 2_500);
    expect(isOver).toBe(false);
    await queues.streams.add('filings', {}, { jobId: 'filings' });
    await waiting;
    expect(await queues.events.getWaitingCount()).toBe(1);
    stop.resolve();
    await worker.close();
    await queues.close();
  });
});

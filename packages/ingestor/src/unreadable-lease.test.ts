import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startIngestor } from './ingestor.ts';

const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
/** As a later version might write it. */
const UNREADABLE = { timepoint: { epoch: 2, number: 1_001 } };

describe.each(backends)('Timepoint, meeting a stream whose position it can not read, on %s,', (backend) => {
  let queues: Queues;
  let simulator: Simulator;
  let service: Service | undefined;
  let prefix: string;

  beforeEach(async () => {
    prefix = uniquePrefix();
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    const logger = createLogger({ name: 'test', level: 'silent' });
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix }, logger);
    simulator = await startSimulator({ streams: ['companies', 'filings'], keys: ['a-key'] });
  });
  afterEach(async () => {
    await service?.close();
    await simulator.close();
    await queues.close();
  });

  const register = (stream: string, data: object) =>
    queues.streams.add(stream, data as never, { jobId: stream });
  const start = async () => {
    service = await startIngestor({
      DATABASE_URL: testDatabaseUrl(),
      ...(backend === 'redis' ? { REDIS_URL: testRedisUrl() } : {}),
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      CH_STREAM_URL: simulator.url,
      CH_STREAMS: 'companies',
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
  };

  it('leaves a stream that it may not hold for the ingestor that can read it', async () => {
    await register('filings', UNREADABLE);
    await register('companies', {});
    await start();
    await until(() => simulator.status().connections.length === 1);
    await until(async () => (await queues.streams.getJobState('filings')) !== 'waiting');
    const filings = await queues.streams.getJob('filings');
    expect(filings?.data).toEqual(UNREADABLE);
    expect(await filings?.getState()).toBe('delayed');
  });

  it('removes its own, so that a worker registers it again', async () => {
    await register('companies', UNREADABLE);
    await start();
    await until(async () => (await queues.streams.getJob('companies')) === undefined);
    await register('companies', {});
    await until(() => simulator.status().connections.length === 1);
  });
});

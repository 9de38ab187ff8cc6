import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { openStrictRedis, waitForRedis } from '@timepoint/shared/queues/redis';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startIngestor } from './ingestor.ts';

const FIRST = 1_001;
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, leasing streams through the queue on %s,', (backend) => {
  let queues: Queues;
  let simulator: Simulator;
  let prefix: string;
  const services: Service[] = [];

  beforeEach(async () => {
    prefix = uniquePrefix();
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues(
      { redisUrl, databaseUrl: testDatabaseUrl(), prefix },
      createLogger({ name: 'test', level: 'silent' }),
    );
    simulator = await startSimulator({ streams: ['companies'], firstTimepoint: FIRST, keys: ['a-key'] });
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await service.close();
    await simulator.close();
    await queues.close();
  });

  const start = async (env: Record<string, string> = {}) => {
    const service = await startIngestor({
      DATABASE_URL: testDatabaseUrl(),
      ...(backend === 'redis' ? { REDIS_URL: testRedisUrl() } : {}),
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      CH_STREAM_URL: simulator.url,
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...env,
    });
    services.push(service);
    return service;
  };
  const register = () =>
    queues.streams.add('companies', { timepoint: FIRST, origin: FIRST - 1 } as unknown as StreamJob, {
      jobId: 'companies',
    });
  /** Has the store forget the streams and their budget, as a Redis does that comes back empty. */
  const wipe = async () => {
    if (backend === 'postgres') {
      await queues.streams.obliterate({ force: true });
      await queues.streams.removeGlobalConcurrency();
      return;
    }
    const redis = openStrictRedis(testRedisUrl());
    await waitForRedis(redis);
    await redis.del(await redis.keys(`${prefix}*`));
    redis.disconnect();
  };
  const reached = (timepoint: number) =>
    until(async () => (await queues.streams.getJob('companies'))?.data.timepoint === timepoint);

  it('lets streams take turns when there are fewer connections than streams', async () => {
    await simulator.close();
    simulator = await startSimulator({
      streams: ['companies', 'filings'],
      keys: ['a-key'],
      maxConnections: 1,
    });
    await Promise.all(['companies', 'filings'].map((name) => queues.streams.add(name, {}, { jobId: name })));
    await start({ CH_MAX_CONNECTIONS: '1', TURN_MS: '200' });
    const hasRead = async (name: string) => (await queues.streams.getJob(name))?.data.timepoint !== undefined;
    await until(async () => {
      await simulator.emit(1);
      expect(simulator.status().connections.length).toBeLessThanOrEqual(1);
      return (await hasRead('companies')) && (await hasRead('filings'));
    });
    // And so on: the one that gave way first must get another turn, too.
    const { connectionsOpened } = simulator.status();
    await until(() => simulator.status().connectionsOpened >= connectionsOpened + 3);
  });

  it('keeps to the budget when the queue is wiped and has forgotten it', async () => {
    await simulator.close();
    simulator = await startSimulator({ streams: ['companies', 'filings'], keys: ['a-key'] });
    const registerBoth = () =>
      Promise.all(['companies', 'filings'].map((name) => queues.streams.add(name, {}, { jobId: name })));
    const env = { CH_MAX_CONNECTIONS: '1', TURN_MS: '200', CH_STREAMS: 'companies,filings' };
    await Promise.all([start(env), start(env)]);
    await registerBoth();
    await until(() => simulator.status().connections.length === 1);
    await wipe();
    await until(() => simulator.status().connections.length === 0);
    await registerBoth();
    const { connectionsOpened } = simulator.status();
    await until(() => {
      expect(simulator.status().connections.length).toBeLessThanOrEqual(1);
      return simulator.status().connectionsOpened >= connectionsOpened + 3;
    });
    expect(await queues.streams.getGlobalConcurrency()).toBe(1);
  });

  it('lets one ingestor hold a stream, and another take over where it was closed', async () => {
    await register();
    await simulator.emit(10);
    const first = await start();
    await reached(FIRST + 9);
    const second = await start();
    const ready = async ({ port }: Service) => (await fetch(`http://127.0.0.1:${port}/health/ready`)).json();
    expect(await ready(first)).toMatchObject({
      ok: true,
      checks: { queue: { detail: backend }, lease: { detail: 'holds companies' } },
    });
    expect(await ready(second)).toMatchObject({
      ok: true,
      checks: { lease: { detail: 'stand-by: it holds no stream' }, streams: { detail: 'none is held' } },
    });
    expect((await fetch(`http://127.0.0.1:${first.port}/health/live`)).status).toBe(200);
    expect(simulator.status().connections).toHaveLength(1);
    await first.close();
    await until(() => simulator.status().connectionsOpened === 2);
    await simulator.emit(5);
    await reached(FIRST + 14);
    expect(simulator.status().connections).toHaveLength(1);
    await second.close();
    expect(await queues.streams.getJobCounts('waiting', 'active', 'failed')).toEqual({
      waiting: 1,
      active: 0,
      failed: 0,
    });
  });

  it('ends its run when its lease is lost', async () => {
    await register();
    await simulator.emit(2);
    await start();
    await reached(FIRST + 1);
    await queues.streams.obliterate({ force: true });
    await until(() => simulator.status().connections.length === 0);
    await register();
    await until(() => simulator.status().connections.length === 1);
  });

  it('fails with the remedy when the key is refused', async () => {
    await register();
    const service = await start({ CH_STREAM_KEY: 'a-rest-key' });
    await expect(service.failed).rejects.toThrow(/Streams need a key of type "stream"/);
  });
});

describe('Timepoint, starting an ingestor,', () => {
  it('lists every setting that is wrong, with its remedy', async () => {
    const starting = startIngestor({ CH_STREAMS: 'nonsense', HIGH_WATER_JOBS: '5', LOW_WATER_JOBS: '5' });
    await expect(starting).rejects.toThrow(/CH_STREAM_KEY: is not set: create a key of type "stream"/);
    await expect(starting).rejects.toThrow(/CH_STREAMS: "nonsense" is not a stream/);
    await expect(starting).rejects.toThrow(/REDIS_URL: is not set: set REDIS_URL, or DATABASE_URL/);
  });

  it.each([
    'https://user@stream.test',
    'https://u:p@stream.test',
    'https://stream.test/?a=b',
    'https://stream.test/#a',
  ])('refuses the stream URL %s, of which a part would be lost', async (url) => {
    const env = { CH_STREAM_KEY: 'a-key', DATABASE_URL: testDatabaseUrl(), CH_STREAM_URL: url };
    await expect(startIngestor(env)).rejects.toThrow(
      'CH_STREAM_URL: must have no user, password, query or fragment; the key goes into CH_STREAM_KEY',
    );
  });

  it('refuses a low-water mark above the high one', async () => {
    const env = {
      CH_STREAM_KEY: 'a-key',
      DATABASE_URL: testDatabaseUrl(),
      HIGH_WATER_JOBS: '5',
      LOW_WATER_JOBS: '5',
    };
    await expect(startIngestor(env)).rejects.toThrow('LOW_WATER_JOBS: must be less than HIGH_WATER_JOBS');
  });

  it('refuses a high-water mark in bytes that the low one in jobs reaches', async () => {
    const env = { CH_STREAM_KEY: 'a-key', DATABASE_URL: testDatabaseUrl(), LOW_WATER_JOBS: '4' };
    await expect(startIngestor({ ...env, HIGH_WATER_MB: '1' })).rejects.toThrow(
      'HIGH_WATER_MB: must be more than LOW_WATER_JOBS of 256 KB need',
    );
  });
});

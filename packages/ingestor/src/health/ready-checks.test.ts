import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Check } from '@timepoint/shared/platform/health';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { startIngestor } from '../ingestor.ts';

const FIRST = 1_001;
const describeWithRedis = hasTestRedis() ? describe : describe.skip;

describeWithRedis('Timepoint, reporting whether an ingestor can follow its streams,', () => {
  let queues: Queues;
  let simulator: Simulator;
  let redis: TestProxy;
  let url: string;
  const opened: { close(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    const prefix = uniquePrefix();
    const logger = createLogger({ name: 'test', level: 'silent' });
    queues = await openQueues({ redisUrl: testRedisUrl(), prefix }, logger);
    redis = await startTestProxy(testRedisUrl());
    simulator = await startSimulator({
      streams: ['companies'],
      firstTimepoint: FIRST,
      keys: ['a-key'],
      heartbeatIntervalMs: 50,
    });
    const ingestor = await startIngestor({
      REDIS_URL: redis.url,
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      CH_STREAM_URL: simulator.url,
      CH_STREAMS: 'companies',
      ALERT_DOWN_SECONDS: '3',
      HIGH_WATER_JOBS: '2',
      LOW_WATER_JOBS: '1',
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
    url = `http://127.0.0.1:${ingestor.port}/health`;
    opened.push(queues, redis, simulator, ingestor);
  });
  afterEach(async () => {
    redis.restore();
    for (const part of opened.splice(0).toReversed()) await part.close();
  });

  const register = (timestamp = Date.now()) => {
    const data = { timepoint: FIRST, origin: FIRST - 1 } as unknown as StreamJob;
    return queues.streams.add('companies', data, { jobId: 'companies', timestamp });
  };
  const read = async (path: string) => {
    const response = await fetch(`${url}/${path}`);
    const body = (await response.json()) as { ok: boolean; checks: Record<string, Check> };
    expect(response.status).toBe(body.ok ? 200 : 503);
    return body;
  };
  /** Waits until a check of readiness says so. */
  const readyUntil = async (name: string, ok: boolean, detail: RegExp) => {
    await until(async () => {
      const check = (await read('ready')).checks[name];
      return check?.ok === ok && detail.test(check.detail);
    });
  };

  it('reports that its queue is lost until it is back, and stays alive', async () => {
    await readyUntil('queue', true, /^redis$/);
    redis.cut();
    await readyUntil('queue', false, /./);
    expect(await read('live')).toEqual({
      ok: true,
      checks: { streams: { ok: true, detail: 'in progress' } },
    });
    redis.restore();
    await readyUntil('queue', true, /^redis$/);
  });

  it('names a stream that no ingestor takes, until it holds it', async () => {
    await readyUntil('lease', true, /^stand-by: it holds no stream$/);
    await queues.streams.pause();
    await register(Date.now() - 60_000);
    await readyUntil('lease', false, /^no ingestor takes companies$/);
    await queues.streams.resume();
    await readyUntil('lease', true, /^holds companies$/);
  });

  it('reports why a stream has no connection, and is not ready when that lasts', async () => {
    simulator.setFaults({ respond: [{ status: 429, times: 2, retryAfterSeconds: 4 }] });
    await register();
    await readyUntil('streams', true, /^companies waits after http, status 429, next try in \d s$/);
    await readyUntil('streams', false, /^companies waits after http, status 429, next try in \d s$/);
    await readyUntil('streams', true, /^companies open for \d+ s$/);
    expect((await read('ready')).ok).toBe(true);
  });

  it('stays ready while a stream waits for the queue to drain', async () => {
    await register();
    await readyUntil('streams', true, /^companies open/);
    for (let event = 0; event < 5; event++) {
      await simulator.emit(1);
      await readyUntil('streams', true, /./);
    }
    await readyUntil('streams', true, /^companies waits for the queue to drain, for [1-9] s$/);
    await queues.events.obliterate({ force: true });
    await readyUntil('streams', true, /^companies open/);
  });
});

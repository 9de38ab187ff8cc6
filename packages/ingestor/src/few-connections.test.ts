import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import type { Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger } from '@timepoint/shared/platform/logger';
import { readBudget } from '@timepoint/shared/queues/connection-budget';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readQueues } from '@timepoint/shared/queues/read-queues';
import type { SimulatorOptions } from '@timepoint/simulator/options';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startIngestor } from './ingestor.ts';

const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const logger = createLogger({ name: 'test', level: 'silent' });

describe.each(backends)('Timepoint, with fewer connections than streams and its queues on %s,', (backend) => {
  let database: TestDatabase;
  let queues: Queues;
  let simulator: Simulator;
  let env: Record<string, string>;
  const services: Service[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    const prefix = uniquePrefix();
    queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix }, logger);
    env = {
      DATABASE_URL: database.url,
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      PORT: '0',
      LOG_LEVEL: 'silent',
      TURN_MS: '1000',
    };
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await service.close();
    await simulator.close();
    await queues.close();
    await database.drop();
  });

  const start = async (options: SimulatorOptions, changes: Record<string, string> = {}) => {
    simulator = await startSimulator({ keys: ['a-key'], backlog: 900, heartbeatIntervalMs: 200, ...options });
    const { first } = simulator.status();
    for (const name of STREAM_NAMES) {
      const data = { timepoint: first[name], origin: first[name] - 1 };
      await queues.streams.add(name, data as never, { jobId: name });
    }
    await startOne(changes);
  };
  const startOne = async (changes: Record<string, string> = {}) => {
    const service = await startIngestor({ ...env, CH_STREAM_URL: simulator.url, ...changes });
    services.push(service);
    return service;
  };
  const jobOf = async (name: StreamName) => await queues.streams.getJob(name);
  const reportOf = async (name: StreamName) => (await jobOf(name))?.progress as ConnectionReport;
  const memoryOf = async (name: StreamName) =>
    (await jobOf(name))?.data.memory as { failures: Record<string, number> } | undefined;
  const hasCaughtUp = async (name: StreamName) =>
    (await jobOf(name))?.data.timepoint === simulator.status().newest[name];
  /** Emits events and waits until each of the streams has read its own, so many times. */
  const progress = async (names: readonly StreamName[], rounds: number) => {
    for (let round = 0; round < rounds; round += 1) {
      await simulator.emit(90);
      for (const name of names) await until(() => hasCaughtUp(name));
    }
  };

  it('reads the streams that work steadily while two that always fail wait without a connection', async () => {
    await start(
      {
        maxConnections: 2,
        faults: {
          respond: [
            { stream: 'filings', status: 503, times: null },
            { stream: 'officers', status: 403, times: null },
          ],
        },
      },
      { CH_MAX_CONNECTIONS: '2' },
    );
    const failing: StreamName[] = ['filings', 'officers'];
    await until(async () => (await memoryOf('filings')) !== undefined);
    await until(async () => (await memoryOf('officers'))?.failures.forbidden === 1);
    for (const name of failing)
      expect(await reportOf(name)).toMatchObject({ state: 'waiting', ending: 'http', openedAt: null });
    await progress(
      STREAM_NAMES.filter((name) => !failing.includes(name)),
      3,
    );
    // It is taken again when it is due, and waits longer then.
    await until(async () => ((await memoryOf('filings'))?.failures.server ?? 0) >= 2);
    const { state, nextTryAt, at, downSince } = await reportOf('filings');
    expect([state, (nextTryAt ?? 0) - at >= 15_000, downSince === null]).toEqual(['waiting', true, false]);
    const { streams } = await readQueues(queues);
    expect(streams.find(({ stream }) => stream === 'officers')).toMatchObject({
      hold: 'unheld',
      report: { state: 'waiting', detail: 'status 403' },
    });
  });

  it.each(['429', 'close-oldest'] as const)(
    'learns that two connections are granted where nine are set, and reads all nine, when one too many means %s',
    async (overLimit) => {
      // Without Retry-After a refused stream would wait for a minute each time.
      await start({ maxConnections: 2, variants: { overLimit, overLimitRetryAfter: 2 } });
      // Two processes see the signs and share the budget.
      await startOne();
      await until(async () => (await readBudget(queues))?.allowed === 2);
      expect(await readBudget(queues)).toMatchObject({ configured: 9, allowed: 2, isTrial: false });
      await until(async () => (await queues.streams.getGlobalConcurrency()) === 2);
      await until(async () => (await queues.streams.getActiveCount()) <= 2);
      await progress(STREAM_NAMES, 2);
      expect(await readBudget(queues)).toMatchObject({ allowed: 2 });
      // What was learned outlives a start with the same setting, and ends with another.
      await startOne();
      expect(await readBudget(queues)).toMatchObject({ configured: 9, allowed: 2 });
      await startOne({ CH_MAX_CONNECTIONS: '2' });
      expect(await readBudget(queues)).toMatchObject({ configured: 2, allowed: 2 });
    },
    180_000,
  );
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import type { EventsJob, StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readRewinds, requestRewind } from '@timepoint/shared/queues/rewinds';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import { readyChecks } from './health/ready-checks.ts';
import type { Release } from './hold-options.ts';
import { holdStream } from './hold-stream.ts';
import { createMetrics } from './metrics.ts';
import type { Reporter } from './reporter.ts';

const FIRST = 22_000_001;
const logger = createLogger({ name: 'test', level: 'silent' });

let queues: Queues;
let simulator: Simulator;
let abort: AbortController;
let holding: Promise<Release>;
let reporters: Map<StreamName, Reporter>;
let metrics: ReturnType<typeof createMetrics>;

beforeEach(async () => {
  const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;
  queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  simulator = await startSimulator({
    streams: ['companies'],
    firstTimepoint: FIRST,
    backlog: 100,
    heartbeatIntervalMs: 50,
    keys: ['a-key'],
    variants: { expired: 'late' },
  });
  abort = new AbortController();
  reporters = new Map();
  metrics = createMetrics(reporters);
  await queues.streams.add('companies', { timepoint: FIRST, origin: FIRST - 1 } as StreamJob, {
    jobId: 'companies',
  });
  const options = {
    isHeld: async () => true,
    queues,
    openConnection: connectionsTo({ url: simulator.url, key: 'a-key', idleTimeoutMs: 5_000 }),
    highWaterJobs: 1_000,
    highWaterBytes: 512 * 1024 * 1024,
    lowWaterJobs: 500,
    turnMs: 600_000,
  };
  holding = holdStream('companies', { ...options, reporters, metrics, logger }, abort.signal);
  await reached(FIRST + 99);
});
afterEach(async () => {
  abort.abort({ kind: 'released' });
  await holding;
  await simulator.close();
  await queues.close();
});

const position = async () => (await queues.streams.getJob('companies'))?.data.timepoint;
const reached = (timepoint: number) => until(async () => (await position()) === timepoint);
const anew = () => reporters.get('companies')?.current.countedAnew ?? null;
const jobs = async () => (await queues.events.getJobs(['waiting'])).map(({ data }) => data as EventsJob);
const gauge = async () =>
  (await metrics.registry.getSingleMetric('timepoint_connection_counted_anew')?.get())?.values;
const ready = () => readyChecks({ queues, reporters, streams: ['companies'], downMs: 60_000 }).streams?.();

/** Emits until the low events are seen: those that come while no connection is open are not sent to a live reader. */
async function countAnew(beyond: '416' | 'oldest'): Promise<void> {
  simulator.countAnew({ stream: 'companies', beyond });
  await until(async () => {
    if (simulator.status().connections.length > 0) await simulator.emit(2);
    return anew() !== null;
  });
}

describe('Timepoint, holding a stream that the publisher counts anew,', () => {
  it.each(['416', 'oldest'] as const)(
    'publishes nothing, keeps the position and reports it (answered with %s)',
    async (beyond) => {
      const published = (await jobs()).length;
      await countAnew(beyond);
      expect(anew()).toMatchObject({ asked: FIRST + 99, seen: [expect.any(Number), expect.any(Number)] });
      expect(Math.max(...(anew()?.seen ?? []))).toBeLessThan(1_000);
      expect([await position(), (await jobs()).length]).toEqual([FIRST + 99, published]);
      expect(await ready()).toMatchObject({ ok: false, detail: expect.stringContaining('counts anew') });
      expect(await gauge()).toMatchObject([{ value: 1 }]);
      const { values } = await metrics.connectionEndings.get();
      expect(values.find(({ labels }) => labels.ending === 'counted-anew')?.value).toBeGreaterThan(0);
    },
    30_000,
  );

  it.each(['416', 'oldest'] as const)(
    'goes on with the new epoch that is asked for, from its first event (answered with %s)',
    async (beyond) => {
      await countAnew(beyond);
      await requestRewind(queues, 'companies', (EPOCH_STEP + 1) as Timepoint);
      const { companies: newest } = await simulator.emit(3);
      await reached(EPOCH_STEP + newest);
      const ofEpoch = (await jobs()).filter(({ upTo }) => upTo > EPOCH_STEP);
      expect(ofEpoch.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(newest);
      expect(ofEpoch.flatMap(({ holes }) => holes)).toEqual([]);
      expect(anew()).toBeNull();
      expect(await ready()).toMatchObject({ ok: true });
      expect(await gauge()).toMatchObject([{ value: 0 }]);
      simulator.disconnect();
      await simulator.emit(2);
      await reached(EPOCH_STEP + newest + 2);
    },
    60_000,
  );

  it.each([
    [40, 40],
    [1, 40],
    [1, 150_040],
  ])(
    'begins the new epoch with the oldest event there is, and never goes back to the earlier one (asked for %i, it begins with %i)',
    async (asked, first) => {
      simulator.countAnew({ stream: 'companies', first, beyond: 'oldest' });
      await simulator.emit(5);
      await requestRewind(queues, 'companies', (EPOCH_STEP + asked) as Timepoint);
      await reached(EPOCH_STEP + first + 4);
      await requestRewind(queues, 'companies', FIRST as Timepoint);
      await until(async () => (await readRewinds(queues, 'companies')).length === 0);
      await simulator.emit(1);
      await reached(EPOCH_STEP + first + 5);
    },
    60_000,
  );

  it('goes on by itself when the publisher counts on after all', async () => {
    await simulator.emit(1);
    await reached(FIRST + 100);
    simulator.setFaults({
      wrongTimepoint: [
        { timepoint: FIRST + 100, claims: 5, times: 1 },
        { timepoint: FIRST + 101, claims: 6, times: 1 },
      ],
    });
    simulator.disconnect();
    await simulator.emit(1);
    await until(() => anew() !== null);
    await simulator.emit(3);
    await reached(FIRST + 104);
    expect(anew()).toBeNull();
    expect(simulator.status().struck.wrongTimepoint).toBe(2);
  }, 60_000);

  it('does not take one stray low event for it', async () => {
    simulator.setFaults({ wrongTimepoint: [{ timepoint: FIRST + 99, claims: 5, times: 1 }] });
    simulator.disconnect();
    await until(() => simulator.status().struck.wrongTimepoint === 1);
    await simulator.emit(3);
    await reached(FIRST + 102);
    expect(anew()).toBeNull();
  }, 30_000);
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { TimepointError } from '@timepoint/shared/platform/errors';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from '../connect.ts';
import { holdStream } from '../hold-stream.ts';
import { startLeases } from '../lease.ts';
import { createMetrics } from '../metrics.ts';
import type { Reporter } from '../reporter.ts';
import { type ProgressWatch, watchProgress } from './watch-progress.ts';

const FIRST = 1_001;
const logger = createLogger({ name: 'test', level: 'silent' });

let database: TestDatabase;
let simulator: Simulator;
let stuck: TimepointError[];
let watch: ProgressWatch;
const opened: { close(): Promise<unknown> }[] = [];
const reporters = new Map<StreamName, Reporter>();

beforeEach(async () => {
  stuck = [];
  reporters.clear();
  database = await createTestDatabase();
  simulator = await startSimulator({
    streams: ['companies'],
    firstTimepoint: FIRST,
    keys: ['a-key'],
    heartbeatIntervalMs: 50,
  });
  opened.push({ close: database.drop }, simulator);
});
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});

const open = async (redisUrl?: string): Promise<Queues> => {
  const queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix: uniquePrefix() }, logger);
  const data = { timepoint: FIRST, origin: FIRST - 1 } as unknown as StreamJob;
  const timestamp = Date.now() - 60_000;
  await queues.streams.add('companies', data, { jobId: 'companies', timestamp });
  opened.push(queues);
  return queues;
};
const holdOptions = (queues: Queues) => ({
  queues,
  reporters,
  openConnection: connectionsTo({ url: simulator.url, key: 'a-key', idleTimeoutMs: 1_000 }),
  highWaterJobs: 1_000,
  highWaterBytes: 512 * 1024 * 1024,
  lowWaterJobs: 500,
  turnMs: 60_000,
  metrics: createMetrics(),
  logger,
});
const follow = async (queues: Queues) => {
  const leases = await startLeases({
    ...holdOptions(queues),
    streams: ['companies'],
    maxConnections: 1,
    onStopped: () => undefined,
  });
  opened.push(leases);
  await until(() => simulator.status().connections.length === 1);
};
const startWatch = (queues: Queues, graceMs: number, streams: readonly StreamName[] = ['companies']) => {
  watch = watchProgress({
    queues,
    reporters,
    streams,
    maxConnections: 1,
    idleTimeoutMs: 1_000,
    onStuck: (error) => stuck.push(error),
    graceMs,
    lookMs: 50,
  });
  opened.push(watch);
};

describe('Timepoint, watching that its streams make progress,', () => {
  it('finds nothing wrong with one that is read, ends and is read again', async () => {
    const queues = await open();
    await follow(queues);
    startWatch(queues, 2_000);
    simulator.disconnect();
    await until(() => simulator.status().connectionsOpened === 2);
    expect(watch.check()).toEqual({ ok: true, detail: 'in progress' });
    expect(stuck).toEqual([]);
  });

  it('ends the process when a loop hangs', async () => {
    const queues = await open();
    const never = Promise.withResolvers<boolean>();
    const abort = new AbortController();
    const isHeld = () => (simulator.status().connectionsOpened === 0 ? Promise.resolve(true) : never.promise);
    const holding = holdStream('companies', { ...holdOptions(queues), isHeld }, abort.signal);
    // Held, but not through a lease: no other ingestor may take it.
    await queues.streams.pause();
    startWatch(queues, 300);
    await until(() => simulator.status().connections.length === 1);
    simulator.disconnect();
    await until(() => stuck.length > 0);
    expect(stuck[0]?.message).toMatch(
      // It hangs before or after it has seen the end of its connection.
      /^The ingestor hangs: companies (has not made the try that was due|is open without a byte) for \d+ s\. The process ends/,
    );
    expect(watch.check()).toEqual({ ok: false, detail: stuck[0]?.message });
    abort.abort({ kind: 'released' });
    never.resolve(false);
    await holding;
  });

  it('ends the process when it takes no stream', async () => {
    startWatch(await open(), 300);
    await until(() => stuck.length > 0);
    expect(stuck[0]?.message).toMatch(/^The ingestor hangs: companies is not taken\./);
  });

  it('accepts streams that wait for their turn, also when the queue has forgotten the budget', async () => {
    const queues = await open();
    await follow(queues);
    await queues.streams.add('filings', {}, { jobId: 'filings', timestamp: Date.now() - 60_000 });
    await queues.streams.removeGlobalConcurrency();
    startWatch(queues, 300, ['companies', 'filings']);
    await until(async () => stuck.length > 0 || (await queues.streams.getGlobalConcurrency()) === 1);
    const before = Date.now();
    await until(() => Date.now() - before > 1_000);
    expect(stuck).toEqual([]);
  });

  it('lets a stream be taken that is delayed by a clock that was ahead', async () => {
    const queues = await open();
    await queues.streams.add(
      'filings',
      {},
      { jobId: 'filings', timestamp: Date.now() - 60_000, delay: 3_600_000 },
    );
    await follow(queues);
    startWatch(queues, 300, ['companies', 'filings']);
    await until(async () => (await (await queues.streams.getJob('filings'))?.getState()) === 'waiting');
    expect(stuck).toEqual([]);
  });

  it('accepts streams that wait because the operator has paused their queue', async () => {
    const queues = await open();
    await queues.streams.pause();
    startWatch(queues, 1);
    const before = Date.now();
    await until(() => Date.now() - before > 500);
    expect(stuck).toEqual([]);
  });

  (hasTestRedis() ? it : it.skip)('waits while the queue is lost', async () => {
    const redis = await startTestProxy(testRedisUrl());
    opened.push(redis);
    const queues = await open(redis.url);
    await follow(queues);
    startWatch(queues, 2_000);
    redis.cut();
    await until(() => simulator.status().connections.length === 0);
    const { nextTryAt } = [...reporters.values()][0]?.current ?? {};
    await until(() => Date.now() > (nextTryAt ?? 0) + 2_500);
    expect(stuck).toEqual([]);
    redis.restore();
    await until(() => simulator.status().connections.length === 1);
  });
});

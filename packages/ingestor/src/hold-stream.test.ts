import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { glance } from '@timepoint/shared/contract/envelope';
import type { EventsJob, StreamJob } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import type { HoldOptions, Release } from './hold-options.ts';
import { holdStream } from './hold-stream.ts';
import { createMetrics } from './metrics.ts';

const FIRST = 1_001;
const logger = createLogger({ name: 'test', level: 'silent' });

let queues: Queues;
let simulator: Simulator;
let abort: AbortController;
let holding: Promise<Release>;

beforeEach(async () => {
  const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;
  queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  simulator = await startSimulator({
    streams: ['companies'],
    firstTimepoint: FIRST,
    heartbeatIntervalMs: 50,
    keys: ['a-key'],
  });
  abort = new AbortController();
});
afterEach(async () => {
  abort.abort({ kind: 'released' });
  await holding;
  await simulator.close();
  await queues.close();
});
async function hold(stored: object, changes: Partial<HoldOptions> = {}) {
  await queues.streams.add('companies', stored as StreamJob, { jobId: 'companies' });
  const metrics = createMetrics();
  const isHeld = async () => (await queues.streams.getJob('companies')) !== undefined;
  const options = {
    isHeld,
    queues,
    openConnection: connectionsTo({ url: simulator.url, key: 'a-key', idleTimeoutMs: 5_000 }),
    highWaterJobs: 1_000,
    highWaterBytes: 512 * 1024 * 1024,
    lowWaterJobs: 500,
    turnMs: 60_000,
  };
  holding = holdStream('companies', { ...options, metrics, logger, ...changes }, abort.signal);
  return metrics;
}

const fromStart = { timepoint: FIRST, origin: FIRST - 1 };
const stored = async () => (await queues.streams.getJob('companies'))?.data;
const reached = (timepoint: number) => until(async () => (await stored())?.timepoint === timepoint);
const jobs = async (): Promise<EventsJob[]> => {
  const waiting = await queues.events.getJobs(['waiting'], 0, -1, true);
  return waiting.map((job) => job.data).toSorted((one, other) => one.upTo - other.upTo);
};
const timepoints = async () =>
  (await jobs()).flatMap(({ lines }) =>
    lines.map((line) => {
      const seen = glance(line);
      return seen.kind === 'event' ? Number(seen.timepoint) : null;
    }),
  );
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('Timepoint, holding a stream,', () => {
  const progress = async () => (await queues.streams.getJob('companies'))?.progress;

  it('reports no more of a stream that another ingestor has taken while it is connected', async () => {
    await hold(fromStart, {
      // The ingestor that has taken it reports its own connection by then.
      isHeld: async (job) => {
        if (((await progress()) as { state?: string }).state !== 'open') return true;
        await job.updateProgress({ of: 'another' });
        return false;
      },
    });
    expect(await holding).toEqual({ kind: 'lost' });
    expect(await progress()).toEqual({ of: 'another' });
  });

  it('reports no more of a stream that another ingestor has taken while it waits for the next try', async () => {
    simulator.setFaults({ respond: [{ status: 503, times: 9 }] });
    await hold(fromStart);
    await until(async () => ((await progress()) as { state?: string }).state === 'waiting');
    await (await queues.streams.getJob('companies'))?.updateProgress({ of: 'another' });
    abort.abort({ kind: 'lease-lost' });
    await holding;
    expect(await progress()).toEqual({ of: 'another' });
  });

  it('begins a history live, and stores where before it publishes', async () => {
    await simulator.emit(5);
    await hold({});
    await until(() => simulator.status().connections.length === 1);
    await simulator.emit(3);
    await reached(FIRST + 7);
    expect(await stored()).toEqual({ timepoint: FIRST + 7, origin: FIRST + 4 });
    expect(await timepoints()).toEqual(range(FIRST + 5, FIRST + 7));
    const [first] = await jobs();
    expect(first).toMatchObject({ origin: FIRST + 4, after: FIRST + 4, holes: [] });
    // The log expires by it.
    expect(Math.abs(Date.now() - Number(first?.receivedAt))).toBeLessThan(60_000);
  });

  it('resumes with the last event held, which comes again, and leaves no gap between jobs', async () => {
    await simulator.emit(1_200);
    await hold({ timepoint: FIRST + 9, origin: FIRST - 1 });
    await reached(FIRST + 1_199);
    expect(await timepoints()).toEqual(range(FIRST + 9, FIRST + 1_199));
    const published = await jobs();
    expect(published.map((job) => job.after)).toEqual([
      FIRST + 8,
      ...published.map((job) => job.upTo).slice(0, -1),
    ]);
    expect(published.every((job) => job.lines.length <= 500)).toBe(true);
  });

  it('comes through cut tails, disconnects, repetitions and odd chunks without losing or inventing an event', async () => {
    simulator.setFaults({
      seed: 7,
      chunking: 'random',
      crlf: true,
      duplicateRate: 0.05,
      malformedRate: 0.02,
      heartbeatRate: 0.1,
      disconnectRate: 0.01,
    });
    await simulator.emit(400);
    await hold(fromStart);
    await reached(FIRST + 399);
    const found = await timepoints();
    expect([...new Set(found)].filter((timepoint) => timepoint !== null).toSorted((a, b) => a - b)).toEqual(
      range(FIRST, FIRST + 399),
    );
    expect(found).toContain(null);
    expect((await jobs()).flatMap((job) => job.holes)).toEqual([]);
    expect(simulator.status().connectionsOpened).toBeGreaterThan(1);
  });

  it('asks again for an event that was left out, and gets it', async () => {
    await simulator.emit(10);
    simulator.setFaults({ skip: [{ timepoint: FIRST + 4, times: 1 }] });
    await hold(fromStart);
    await reached(FIRST + 9);
    expect((await jobs()).flatMap((job) => job.holes)).toEqual([]);
    expect(await timepoints()).toEqual(expect.arrayContaining(range(FIRST, FIRST + 9)));
  });

  it('records a hole that stays after three re-asks, and reads past it', async () => {
    await simulator.emit(10);
    simulator.setFaults({ skip: [{ timepoint: FIRST + 4, times: null }] });
    const metrics = await hold(fromStart);
    await reached(FIRST + 9);
    expect((await jobs()).flatMap((job) => job.holes)).toEqual([
      { after: FIRST + 3, upTo: FIRST + 4, cause: 'jump', attempts: 3 },
    ]);
    expect(simulator.status().connectionsOpened).toBe(5);
    expect((await metrics.holesAccepted.get()).values).toMatchObject([
      { labels: { stream: 'companies', cause: 'jump' }, value: 1 },
    ]);
  });

  it('does not believe a stream that answers 200 and starts late', async () => {
    await simulator.emit(10);
    simulator.setFaults({ lateStart: { events: 3, times: 1 } });
    await hold(fromStart);
    await reached(FIRST + 9);
    expect((await jobs()).flatMap((job) => job.holes)).toEqual([]);
    expect(await timepoints()).toEqual(range(FIRST, FIRST + 9));
  });

  it('records what expired as a hole and goes on live', async () => {
    await simulator.close();
    simulator = await startSimulator({
      streams: ['companies'],
      firstTimepoint: FIRST,
      retentionEvents: 5,
      heartbeatIntervalMs: 50,
      keys: ['a-key'],
    });
    await simulator.emit(100);
    await hold({ timepoint: FIRST + 9, origin: FIRST - 1 });
    await until(() => simulator.status().connections.length === 1);
    await simulator.emit(2);
    await reached(FIRST + 101);
    expect((await jobs()).flatMap((job) => job.holes)).toEqual([
      { after: FIRST + 8, upTo: FIRST + 99, cause: 'expired', attempts: 1 },
    ]);
    expect(await timepoints()).toEqual([FIRST + 100, FIRST + 101]);
  });

  it('does not take a position for expired that was refused once, whatever came before', async () => {
    await simulator.emit(3);
    const metrics = await hold(fromStart);
    await reached(FIRST + 2);
    simulator.setFaults({ respond: [{ status: 416, times: 1 }] });
    simulator.disconnect();
    await until(async () =>
      (await metrics.connectionEndings.get()).values.some(({ labels }) => labels.ending === 'http'),
    );
    // An ingestor that reads live from now on misses these.
    await simulator.emit(2);
    await until(() => simulator.status().connections.length === 1);
    await simulator.emit(1);
    await reached(FIRST + 5);
    expect((await jobs()).flatMap((job) => job.holes)).toEqual([]);
    expect([...new Set(await timepoints())]).toEqual(range(FIRST, FIRST + 5));
  });

  it('stops for a wrong key', async () => {
    const server = { url: simulator.url, key: 'a-rest-key', idleTimeoutMs: 5_000 };
    await hold({}, { openConnection: connectionsTo(server) });
    expect(await holding).toMatchObject({ kind: 'stopped', error: { code: 'wrong-key' } });
  });

  it('closes its connection above the high-water mark and resumes below the low one', async () => {
    await hold(fromStart, { highWaterJobs: 3, lowWaterJobs: 1 });
    for (const count of range(1, 4)) {
      await until(() => simulator.status().connections.length === 1);
      await simulator.emit(1);
      // The position is the first event from the start: two events that come together would be one job.
      await until(async () => (await timepoints()).length === count);
    }
    await until(() => simulator.status().connections.length === 0);
    await simulator.emit(5);
    await queues.events.drain();
    await reached(FIRST + 8);
    expect(await timepoints()).toEqual(range(FIRST + 3, FIRST + 8));
  });

  it('goes back when the operator asks for a rewind, never forward', async () => {
    await simulator.emit(20);
    await hold(fromStart);
    await reached(FIRST + 19);
    await queues.events.drain();
    await queues.rewinds.add('companies', { timepoint: FIRST + 10 } as never, { jobId: 'companies' });
    await until(async () => (await jobs()).length > 0);
    await reached(FIRST + 19);
    expect(await timepoints()).toEqual(range(FIRST + 10, FIRST + 19));
    await queues.rewinds.add('companies', { timepoint: FIRST + 900 } as never, { jobId: 'companies' });
    await until(async () => (await queues.rewinds.getJob('companies')) === undefined);
    expect((await stored())?.timepoint).toBe(FIRST + 19);
  });

  it('lets go when the queue has forgotten the stream', async () => {
    await hold(fromStart);
    await until(() => simulator.status().connections.length === 1);
    await queues.streams.obliterate({ force: true });
    await simulator.emit(1);
    expect(await holding).toEqual({ kind: 'lost' });
  });

  it('reports a stream that only heartbeats once, reconnects, and then waits', async () => {
    simulator.setFaults({ dataSilent: true });
    const metrics = await hold({}, { silenceLimitMs: 100 });
    const heartbeats = async () => (await metrics.heartbeatsRead.get()).values[0]?.value ?? 0;
    await until(() => simulator.status().connectionsOpened === 2);
    const before = await heartbeats();
    await until(async () => (await heartbeats()) > before + 5);
    expect(simulator.status().connectionsOpened).toBe(2);
    expect((await metrics.connectionEndings.get()).values).toMatchObject([
      { labels: { ending: 'silent' }, value: 1 },
    ]);
  });

  it('takes an error line for the end of a connection, not for an event', async () => {
    await simulator.emit(3);
    simulator.setFaults({ errorLineRate: 1 });
    const metrics = await hold(fromStart);
    await until(async () =>
      (await metrics.connectionEndings.get()).values.some(({ labels }) => labels.ending === 'error-line'),
    );
    simulator.clearFaults();
    await reached(FIRST + 2);
    expect([...new Set(await timepoints())]).toEqual(range(FIRST, FIRST + 2));
  });

  it('waits through refusals and reads on', async () => {
    simulator.setFaults({ respond: [{ status: 429, times: 2, retryAfterSeconds: 0 }] });
    const startedAt = Date.now();
    await hold(fromStart);
    await simulator.emit(3);
    await reached(FIRST + 2);
    expect(await timepoints()).toEqual(range(FIRST, FIRST + 2));
    // A second, then two, whatever the answer asks for.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(3_000);
  });
});

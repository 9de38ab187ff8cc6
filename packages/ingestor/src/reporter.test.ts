import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { REPORT_INTERVAL_MS, silenceIn } from '@timepoint/shared/contract/connection-report';
import type { StreamJob } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { type Job, openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readQueues, type StreamHold } from '@timepoint/shared/queues/read-queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import { type LeaseOptions, type Leases, startLeases } from './lease.ts';
import { createMetrics } from './metrics.ts';
import { type Reporter, startReporter } from './reporter.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, reporting its connections through %s,', (backend) => {
  let queues: Queues;
  let simulator: Simulator;
  let leases: Leases;

  beforeEach(async () => {
    queues = await openQueues(
      {
        redisUrl: backend === 'redis' ? testRedisUrl() : undefined,
        databaseUrl: testDatabaseUrl(),
        prefix: uniquePrefix(),
      },
      logger,
    );
    simulator = await startSimulator({ streams: ['companies'], heartbeatIntervalMs: 50, keys: ['a-key'] });
    await queues.streams.add('companies', {}, { jobId: 'companies' });
  });
  afterEach(async () => {
    await leases.close();
    await simulator.close();
    await queues.close();
  });
  const start = async (changes: Partial<LeaseOptions> = {}) => {
    leases = await startLeases({
      queues,
      streams: ['companies'],
      maxConnections: 1,
      openConnection: connectionsTo({ url: simulator.url, key: 'a-key', idleTimeoutMs: 5_000 }),
      highWaterJobs: 1_000,
      highWaterBytes: 512 * 1024 * 1024,
      lowWaterJobs: 500,
      turnMs: 60_000,
      reporters: new Map(),
      metrics: createMetrics(),
      logger,
      onStopped: () => undefined,
      ...changes,
    });
  };
  const untilHold = (isReached: (hold: StreamHold) => boolean): Promise<StreamHold> =>
    until(async () => {
      const { streams } = await readQueues(queues);
      return streams.find((hold) => hold.stream === 'companies' && isReached(hold));
    });

  it('reports when one is open, why it was lost, and that its stream was given back', async () => {
    const before = await readQueues(queues);
    expect(before.streams.filter(({ hold }) => hold !== 'unregistered')).toMatchObject([
      { stream: 'companies', hold: 'unheld', report: null },
    ]);
    expect(before).toMatchObject({ isBudgetUsed: false, oldestEventsAt: null });

    await start();
    const opened = await untilHold(({ report }) => report?.state === 'open');
    expect(opened).toMatchObject({ hold: 'held', report: { ending: null } });
    await untilHold(({ report }) => report?.state === 'open' && report.downSince === null);
    expect((await readQueues(queues)).isBudgetUsed).toBe(true);

    simulator.setFaults({ respond: [{ status: 503, times: 1 }] });
    simulator.disconnect();
    const refused = await untilHold(({ report }) => report?.ending === 'http');
    expect(refused.report).toMatchObject({ state: 'waiting', detail: 'status 503' });
    expect(refused.report?.downSince).toBeLessThanOrEqual(refused.report?.at ?? 0);
    expect((refused.report?.nextTryAt ?? 0) - (refused.report?.at ?? 0)).toBeGreaterThan(5_000);

    await leases.close();
    const released = await untilHold(({ hold }) => hold === 'unheld');
    expect(released.report).toMatchObject({ state: 'released', downSince: refused.report?.downSince });
  });

  it('counts the time in which connections are unproductive, until one brings something', async () => {
    await start({
      openConnection: connectionsTo({ url: simulator.url, key: 'a-key', idleTimeoutMs: 1_000 }),
    });
    await untilHold(({ report }) => report?.downSince === null);
    simulator.setFaults({ silent: true });
    const lost = await untilHold(({ report }) => report?.state === 'waiting');
    const { connectionsOpened } = simulator.status();
    const reports: StreamHold['report'][] = [];
    await untilHold(({ report }) => {
      reports.push(report);
      return simulator.status().connectionsOpened === connectionsOpened + 3;
    });
    expect(new Set(reports.map((report) => report?.downSince))).toEqual(new Set([lost.report?.downSince]));
    expect((await readQueues(queues)).streams.find(({ hold }) => hold === 'held')?.report?.state).not.toBe(
      'open',
    );
    simulator.clearFaults();
    await untilHold(({ report }) => report?.state === 'open' && report.downSince === null);
  });

  it('reports at once that a silent stream sends an event again', async () => {
    await start({ silenceLimitMs: 100 });
    // Silence is answered by one new connection.
    const { report: silent } = await untilHold(
      ({ report }) => report?.ending === 'silent' && report.state === 'open' && silenceIn(report) !== null,
    );
    await simulator.emit(1);
    const { report } = await untilHold((hold) => hold.report?.lastEventAt !== silent?.lastEventAt);
    // Not at the next regular report.
    expect((report?.at ?? 0) - (silent?.at ?? 0)).toBeLessThan(REPORT_INTERVAL_MS);
  });

  it('takes the last report of a holder that was killed for the moment at which the connection was lost', async () => {
    await start();
    const { report } = await untilHold(({ report }) => report?.downSince === null);
    const job = await queues.streams.getJob('companies');
    if (job === undefined) throw new Error('it is registered');
    const reporter = startReporter(1_000);
    reporter.use(job);
    expect(reporter.current).toMatchObject({ downSince: (job.progress as typeof report)?.at });
    reporter.abandon();
    await reporter.close();
  });

  it('ends with its last report, also while an earlier one is written', async () => {
    await start();
    const job = await queues.streams.getJob('companies');
    await leases.close();
    if (job === undefined) throw new Error('it is registered');
    const reporter = startReporter(1_000);
    reporter.use(job);
    reporter.connecting();
    await reporter.close();
    expect((await queues.streams.getJob('companies'))?.progress).toMatchObject({
      state: 'released',
      connection: reporter.current.connection,
    });
  });

  it('remembers across ingestors when the last event came, and counts no repetition as one', async () => {
    await start();
    await untilHold(({ report }) => report?.state === 'open');
    await simulator.emit(3);
    for (let at = 0; at === 0; ) at = (await queues.events.getJobCounts('waiting')).waiting ?? 0;
    await leases.close();
    const first = await untilHold(({ hold }) => hold === 'unheld');
    await start();
    const second = await untilHold(({ report }) => report?.state === 'open' && report.lastByteAt !== null);
    expect(second.report?.lastEventAt).toBe(first.report?.lastEventAt);
    expect(second.report?.connection).not.toBe(first.report?.connection);
    expect((await readQueues(queues)).oldestEventsAt).not.toBeNull();
  });
});

describe('Timepoint, deciding whether a connection counts as open,', () => {
  const retry = { kind: 'retry', delayMs: 1_000 } as const;
  let clock = 0;
  let reporter: Reporter;
  beforeEach(() => {
    clock = 1_000;
    reporter = startReporter(60_000, { clocks: { wall: () => clock, steady: () => clock } });
  });
  afterEach(() => reporter.close());
  const at = (moment: number, step: () => unknown) => {
    clock = moment;
    step();
    const { state, since, downSince } = reporter.current;
    return { state, since, downSince };
  };

  it('takes the first that is answered for open, and the stream for connected when it brings something', () => {
    expect(at(2_000, reporter.connecting)).toEqual({ state: 'connecting', since: 2_000, downSince: 1_000 });
    expect(at(3_000, reporter.open)).toEqual({ state: 'open', since: 3_000, downSince: 1_000 });
    expect(at(3_500, reporter.sawBytes)).toEqual({ state: 'open', since: 3_000, downSince: 1_000 });
    expect(at(4_000, reporter.sawHeartbeat)).toEqual({ state: 'open', since: 3_000, downSince: null });
  });

  it('does not count the next one as open when one was unproductive', () => {
    reporter.open();
    reporter.sawEvent();
    expect(at(5_000, () => reporter.ended({ kind: 'clean' }, retry)).downSince).toBe(5_000);
    reporter.connecting();
    expect(at(6_000, reporter.open)).toEqual({ state: 'open', since: 6_000, downSince: 5_000 });
    reporter.ended({ kind: 'clean' }, retry);
    expect(at(7_000, reporter.connecting).state).toBe('connecting');
    expect(at(8_000, reporter.open)).toEqual({ state: 'connecting', since: 7_000, downSince: 5_000 });
    expect(at(9_000, reporter.sawEvent)).toEqual({ state: 'open', since: 9_000, downSince: null });
  });

  it('knows which connection is open, whatever it has brought, and passes on that one brought nothing', async () => {
    reporter.connecting();
    expect(reporter.current.openedAt).toBeNull();
    at(2_000, reporter.open);
    at(3_000, () => reporter.ended({ kind: 'clean' }, retry));
    expect([reporter.current.openedAt, reporter.isUnproductive]).toEqual([null, true]);
    reporter.connecting();
    at(4_000, reporter.open);
    expect(reporter.current).toMatchObject({ state: 'connecting', openedAt: 4_000 });
    const next = startReporter(60_000, { clocks: { wall: () => clock, steady: () => clock } });
    next.use({ data: {}, updateProgress: async () => undefined } as unknown as Job<StreamJob>, true);
    next.connecting();
    next.open();
    expect(next.current).toMatchObject({ state: 'connecting', openedAt: 4_000 });
    await next.close();
  });

  it('reports last that a stream which rests waits, and for how long', async () => {
    reporter.ended({ kind: 'http', status: 503, retryAfterMs: null, body: '' }, retry);
    reporter.rest(9_000);
    await reporter.close();
    expect(reporter.current).toMatchObject({ state: 'waiting', nextTryAt: 10_000, detail: 'status 503' });
  });

  it('counts the next one as open when one was refused, or closed by ourselves', () => {
    reporter.connecting();
    reporter.ended({ kind: 'http', status: 503, retryAfterMs: null, body: '' }, retry);
    reporter.connecting();
    reporter.open();
    reporter.ended({ kind: 'high-water' }, { kind: 'wait-for-drain' });
    reporter.connecting();
    expect(at(9_000, reporter.open)).toEqual({ state: 'open', since: 9_000, downSince: 1_000 });
  });
});

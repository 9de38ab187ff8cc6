import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { noteDownstreamHoles } from '@timepoint/database/coverage/note-downstream-holes';
import { openDatabase } from '@timepoint/database/pool';
import { startIngestor } from '@timepoint/ingestor/ingestor';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import type { Limits } from '@timepoint/shared/monitoring/finding';
import type { Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startTestWebhook, type TestWebhook } from '@timepoint/testkit/webhook';
import { applyBatch } from '../apply/apply-batch.ts';
import { startTestAlerts } from './test-alerts.ts';

const FIRST = 1_001;
const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, notifying people through the queue on %s,', (backend) => {
  let database: MigratedDatabase;
  let webhook: TestWebhook;
  let queues: Queues;
  let simulator: Simulator | undefined;
  let prefix: string;
  const opened: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    database = await openMigratedDatabase(2);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    prefix = uniquePrefix();
    await database.query(
      'truncate ingest.coverage, ingest.events, ingest.holes, ingest.dead_letters, register.companies',
    );
    webhook = await startTestWebhook();
    opened.push(webhook);
    queues = await open();
  });
  afterEach(async () => {
    for (const part of opened.splice(0).toReversed()) await part.close();
  });

  const redisUrl = () => (backend === 'redis' ? testRedisUrl() : undefined);
  const open = async () => {
    const own = await openQueues({ redisUrl: redisUrl(), databaseUrl: database.url, prefix }, logger);
    opened.push(own);
    return own;
  };
  /** The alerts of one worker, with its own connections. */
  const startOne = async (changes: Partial<Limits> = {}) => {
    const own = { queues: await open(), database: openDatabase(database.url, 3) };
    const limits = { downMs: 500, ...changes };
    const alerts = startTestAlerts({ ...own, webhookUrl: webhook.url, prefix, limits });
    opened.push(own.database, alerts);
    return alerts;
  };
  const startTwo = (changes?: Partial<Limits>) => Promise.all([startOne(changes), startOne(changes)]);
  /** Waits until the webhook has as many alerts, and expects exactly these. */
  const expectAlerts = async (...expected: string[]) => {
    await until(() => webhook.alerts.length >= expected.length);
    expect(webhook.received()).toEqual(expected);
  };
  const forgotten = () =>
    until(async () => Object.values(await queues.incidents.getJobCounts()).every((count) => count === 0));
  const register = () =>
    queues.streams.add('companies', { timepoint: FIRST, origin: FIRST - 1 } as never, { jobId: 'companies' });
  const follow = async (env: Record<string, string> = {}): Promise<Service> => {
    simulator = await startSimulator({
      streams: ['companies'],
      firstTimepoint: FIRST,
      keys: ['a-key'],
      heartbeatIntervalMs: 50,
      backlog: 1,
    });
    await register();
    const ingestor = await startIngestor({
      DATABASE_URL: database.url,
      ...(backend === 'redis' ? { REDIS_URL: testRedisUrl() } : {}),
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      CH_STREAM_URL: simulator.url,
      CH_STREAMS: 'companies',
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...env,
    });
    opened.push(simulator, ingestor);
    // No worker takes jobs here, so the event that is there from the start waits.
    await until(async () => (await queues.events.getWaitingCount()) === 1);
    return ingestor;
  };
  const job = (after: number, lines: readonly string[]): EventsJob =>
    eventsJobSchema.parse({
      stream: 'companies',
      origin: 100,
      after,
      upTo: after + lines.length,
      lines,
      receivedAt: Date.now(),
    });
  const line = (timepoint: number) =>
    JSON.stringify({
      resource_uri: `/company/0000${timepoint}`,
      data: {},
      event: { timepoint, type: 'changed' },
    });

  it('notifies that no stream is registered, and when one is: once, with two workers', async () => {
    await startTwo();
    await expectAlerts('fired not-registered');
    expect(webhook.alerts[0]).toMatchObject({
      severity: 'critical',
      installation: prefix.slice(1, -1),
      runbook: 'docs/operations.md#not-registered',
    });
    await register();
    await until(() => webhook.received().includes('resolved not-registered'));
    // No ingestor runs, so the stream is not taken.
    await until(() => webhook.received().includes('fired stream-down.companies'));
    expect(webhook.alerts).toHaveLength(3);
  });

  it('notifies that a stream is down, and when it is connected again', async () => {
    await follow();
    await startTwo();
    simulator?.setFaults({ respond: [{ status: 429, times: 1_000, retryAfterSeconds: 1 }] });
    simulator?.disconnect();
    await expectAlerts('fired stream-down.companies');
    simulator?.clearFaults();
    expect(webhook.alerts[0]?.text).toMatch(/companies has had no connection for \d+ s: (network|http), /);
    await expectAlerts('fired stream-down.companies', 'resolved stream-down.companies');
    await forgotten();
    expect(webhook.alerts).toHaveLength(2);
  });

  it('notifies that a stream is silent, and when events come again', async () => {
    await follow({ SILENCE_LIMIT_MS: '4000' });
    // Silence is answered by a reconnect.
    await startTwo({ downMs: 600_000 });
    await expectAlerts('fired stream-silent.companies');
    simulator?.setRate(5);
    await expectAlerts('fired stream-silent.companies', 'resolved stream-silent.companies');
    await forgotten();
    expect(webhook.alerts).toHaveLength(2);
  });

  it('notifies that the position of a stream expires, and when it is connected', async () => {
    await register();
    const day = 24 * 3_600_000;
    const report: ConnectionReport = {
      state: 'waiting',
      since: Date.now() - 2 * day,
      downSince: Date.now() - 2 * day,
      nextTryAt: null,
      ending: 'network',
      detail: 'ECONNREFUSED',
      lastByteAt: null,
      lastEventAt: null,
      silenceLimitMs: day,
      connection: null,
      holder: 'an-ingestor-that-was-stopped:1',
      at: Date.now() - 2 * day,
    };
    await (await queues.streams.getJob('companies'))?.updateProgress(report);
    await startTwo();
    await until(() => webhook.alerts.length === 2);
    expect(webhook.received().toSorted()).toEqual([
      'fired position-expiring.companies',
      'fired stream-down.companies',
    ]);
    expect(webhook.alerts.find(({ kind }) => kind === 'position-expiring')?.text).toContain(
      'Time left: 24 h.',
    );
    await follow();
    await until(() => webhook.alerts.length === 4);
    expect(webhook.received().slice(2).toSorted()).toEqual([
      'resolved position-expiring.companies',
      'resolved stream-down.companies',
    ]);
  });

  it('notifies that events wait, and when they are applied', async () => {
    await follow();
    await queues.events.obliterate({ force: true });
    const waiting = await queues.events.add('companies', job(100, [line(101)]), {
      jobId: 'companies-101-101',
    });
    await startTwo({ behindMs: 500 });
    await expectAlerts('fired behind');
    await waiting.remove();
    await expectAlerts('fired behind', 'resolved behind');
    await forgotten();
    expect(webhook.alerts).toHaveLength(2);
  });

  it('notifies of a hole, and when it is filled', async () => {
    await follow();
    await queues.events.obliterate({ force: true });
    await applyBatch(database, job(100, [line(101)]));
    await applyBatch(database, job(102, [line(103)]));
    await noteDownstreamHoles(database, 0);
    // A hole that has just been found may be filled by a batch that was overtaken.
    await database.query(`update ingest.holes set first_seen_at = first_seen_at - interval '10 seconds'`);
    await startTwo();
    await expectAlerts('fired hole.companies');
    await applyBatch(database, job(101, [line(102)]));
    await noteDownstreamHoles(database, 0);
    await expectAlerts('fired hole.companies', 'resolved hole.companies');
    await forgotten();
    expect(webhook.alerts).toHaveLength(2);
  });

  it('notifies that dead letters pile up, and when they are replayed', async () => {
    await follow();
    await queues.events.obliterate({ force: true });
    await applyBatch(database, job(100, ['{', '[', '"', line(104)]));
    await startTwo();
    await expectAlerts('fired dead-letters');
    await database.query("update ingest.dead_letters set state = 'discarded' where timepoint = 102");
    await expectAlerts('fired dead-letters', 'resolved dead-letters');
    await forgotten();
    expect(webhook.alerts).toHaveLength(2);
  });

  it('loses nothing while the webhook is down, and lets another worker send what a closed one left', async () => {
    webhook.answerWith(500);
    const [first] = await startTwo();
    await until(() => webhook.requests > 2);
    await register();
    await first.close();
    webhook.answerWith(200);
    await until(() => webhook.received().includes('resolved not-registered'));
    expect(webhook.received().filter((alert) => alert.includes('not-registered'))).toEqual([
      'fired not-registered',
      'resolved not-registered',
    ]);
  });

  it('refuses an incident with invalid data', async () => {
    await register();
    const nonsense = await queues.incidents.add('nonsense', { since: 'long ago' } as never, {
      jobId: 'none',
    });
    await startOne();
    await until(async () => (await nonsense.getState()) === 'failed');
    expect((await queues.incidents.getJob('none'))?.failedReason).toMatch(
      /^not a job of the queue incidents/,
    );
  });
});

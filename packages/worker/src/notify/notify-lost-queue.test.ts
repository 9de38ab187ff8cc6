import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import type { Finding } from '@timepoint/shared/monitoring/finding';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import { FAST } from '@timepoint/testkit/alert-times';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { startTestWebhook, type TestWebhook } from '@timepoint/testkit/webhook';
import { createMetrics } from '../metrics.ts';
import { createRecurringWork } from '../reconcile/recurring-work.ts';
import { notifyLostQueue } from './notify-lost-queue.ts';
import { startTestAlerts } from './test-alerts.ts';

// The second worker may connect again a moment after the first has notified that it is over.
const times = { ...FAST.times, memoryMs: 2_000 };
const logger = createLogger({ name: 'test', level: 'silent' });

const describeWithRedis = hasTestRedis() ? describe : describe.skip;

describeWithRedis('Timepoint, without its queue,', () => {
  let database: MigratedDatabase;
  let webhook: TestWebhook;
  let redis: TestProxy;
  let postgres: TestProxy;
  const opened: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    database = await openMigratedDatabase(2);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    webhook = await startTestWebhook();
    redis = await startTestProxy(testRedisUrl());
    postgres = await startTestProxy(database.url);
    opened.push(webhook, redis, postgres);
    const prefix = uniquePrefix();
    await startOne(prefix);
    await startOne(prefix);
  });
  afterEach(async () => {
    redis.restore();
    postgres.restore();
    for (const part of opened.splice(0).toReversed()) await part.close();
  });

  const startOne = async (prefix: string) => {
    const queues = await openQueues({ redisUrl: redis.url, prefix }, logger);
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    const own = { queues, database: openDatabase(postgres.url, 3) };
    const alerts = startTestAlerts({ ...own, webhookUrl: webhook.url, prefix, times });
    opened.push(queues, own.database, alerts);
  };
  const locks = async () =>
    (
      await database.query<{ held: number }>(
        `select count(*)::int as held from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where locktype = 'advisory' and datname = current_database()`,
      )
    ).rows[0]?.held;

  it('notifies once for all workers, and once when it is back', async () => {
    redis.cut();
    await until(() => webhook.alerts.length === 1);
    expect(await locks()).toBe(1);
    redis.restore();
    await until(() => webhook.alerts.length === 2);
    await until(async () => (await locks()) === 0);
    expect(webhook.received()).toEqual(['fired queue-unreachable', 'resolved queue-unreachable']);
  });

  it('notifies when the webhook is back', async () => {
    webhook.answerWith(503);
    redis.cut();
    await until(() => webhook.requests > 1);
    webhook.answerWith(200);
    await until(() => webhook.alerts.length === 1);
    redis.restore();
    await until(() => webhook.alerts.length === 2);
    expect(webhook.received()).toEqual(['fired queue-unreachable', 'resolved queue-unreachable']);
  });

  it('notifies once for each worker when the database is lost too', async () => {
    redis.cut();
    postgres.cut();
    await until(() => webhook.alerts.length === 2);
    expect(webhook.alerts[0]?.text).toContain('Postgres can not be reached');
    redis.restore();
    postgres.restore();
    await until(() => webhook.alerts.length === 4);
    expect(webhook.received()).toEqual([
      ...['fired queue-unreachable', 'fired queue-unreachable'],
      ...['resolved queue-unreachable', 'resolved queue-unreachable'],
    ]);
  });

  it('notifies of a lost database through the queue', async () => {
    postgres.cut();
    await until(() => webhook.alerts.length === 1);
    postgres.restore();
    await until(() => webhook.alerts.length === 2);
    expect(webhook.received()).toEqual(['fired database-unreachable', 'resolved database-unreachable']);
  });
});

it('Timepoint logs and counts what fails while it reports a lost queue, and reports it at the next look', async () => {
  const database = await openMigratedDatabase(2);
  const metrics = createMetrics();
  const notified: string[] = [];
  let looks = 0;
  const lost: Finding = { kind: 'queue-unreachable', stream: null, severity: 'critical', text: 'lost' };
  const lostQueue = notifyLostQueue(
    database,
    createRecurringWork({ metrics, logger }),
  )({
    ...{ installation: uniquePrefix(), lookMs: FAST.lookMs, times: FAST.times, logger },
    assessNow: async () => {
      looks += 1;
      // The first look fails before there is an incident, the second while it is followed.
      if (looks === 1 || looks === 3) throw new Error('nothing to go by');
      return { findings: [lost], canReachQueues: false, canReachDatabase: true };
    },
    notify: async ({ kind }, state) => void notified.push(`${state} ${kind}`),
  });
  const failures = async () => (await metrics.failures.get()).values[0];
  await until(async () => {
    lostQueue.notice();
    return notified.length > 0;
  });
  expect(notified).toEqual(['fired queue-unreachable']);
  expect(await failures()).toMatchObject({ labels: { part: 'report-lost-queue' }, value: 2 });
  await lostQueue.close();
  await database.close();
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { startTestWebhook, type TestWebhook } from '@timepoint/testkit/webhook';
import { startEventsWorker } from '../apply/worker.ts';
import { createMetrics } from '../metrics.ts';
import { startTestAlerts } from './test-alerts.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const describeWithRedis = hasTestRedis() ? describe : describe.skip;

describeWithRedis('Timepoint, when the store fails while it is at work,', () => {
  let queues: Queues;
  let postgres: TestProxy;
  let webhook: TestWebhook;
  const opened: { close(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    const database = await openMigratedDatabase(1);
    const prefix = uniquePrefix();
    webhook = await startTestWebhook();
    postgres = await startTestProxy(database.url);
    queues = await openQueues({ redisUrl: testRedisUrl(), prefix }, logger);
    opened.push(database, webhook, postgres, queues);
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    for (let count = 0; count < 2; count++) {
      const worker = { queues, database: openDatabase(postgres.url, 5) };
      const events = startEventsWorker({ ...worker, concurrency: 2, metrics: createMetrics(), logger });
      const { storeFailure } = events;
      const alerts = startTestAlerts({ ...worker, webhookUrl: webhook.url, prefix, storeFailure });
      opened.push(worker.database, events, alerts);
    }
  });
  afterEach(async () => {
    postgres.restore();
    for (const part of opened.splice(0).toReversed()) await part.close();
  });

  const add = (timepoint: number) => {
    const job = { stream: 'companies', origin: 100, after: timepoint - 1, upTo: timepoint, receivedAt: 0 };
    const lines = [`{"resource_uri":"/c/1","data":{},"event":{"timepoint":${timepoint},"type":"changed"}}`];
    return queues.events.add('companies', eventsJobSchema.parse({ ...job, lines }), {
      jobId: `companies-${timepoint}-${timepoint}`,
    });
  };

  it('notifies once that no jobs are taken and why, and once that they are', async () => {
    postgres.cut();
    for (let timepoint = 101; timepoint <= 110; timepoint++) await add(timepoint);
    await until(() => webhook.received().includes('fired store-failing'));
    const fired = webhook.alerts.find(({ kind }) => kind === 'store-failing');
    expect(fired?.text).toMatch(/CRITICAL: A worker takes no jobs, as Postgres fails: .+\. Events wait/);
    postgres.restore();
    await until(() => webhook.received().includes('resolved store-failing'));
    await until(async () => Object.values(await queues.events.getJobCounts()).every((count) => count === 0));
    await until(async () =>
      Object.values(await queues.incidents.getJobCounts()).every((count) => count === 0),
    );
    expect(webhook.received().toSorted()).toEqual([
      'fired database-unreachable',
      'fired store-failing',
      'resolved database-unreachable',
      'resolved store-failing',
    ]);
  });
});

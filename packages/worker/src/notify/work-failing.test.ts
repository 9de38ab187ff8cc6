import { afterEach, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import { openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startTestWebhook } from '@timepoint/testkit/webhook';
import { createMetrics } from '../metrics.ts';
import { createRecurringWork } from '../reconcile/recurring-work.ts';
import { startTestAlerts } from './test-alerts.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});

it('Timepoint reports recurring work that keeps failing to the webhook once, and once that it succeeds', async () => {
  const prefix = uniquePrefix();
  const database = await openMigratedDatabase(3);
  const webhook = await startTestWebhook();
  const queues = await openQueues({ databaseUrl: testDatabaseUrl(), prefix }, logger);
  await queues.streams.add('companies', {}, { jobId: 'companies' });
  const work = createRecurringWork({ metrics: createMetrics(), logger });
  const alerts = startTestAlerts({
    queues,
    database,
    webhookUrl: webhook.url,
    prefix,
    workFailure: work.failure,
  });
  opened.push(database, webhook, queues, alerts);
  const select = () => work.run('record-activity', () => database.query('select from ingest.nothing'));
  for (let time = 0; time < 3; time++) await select();
  await until(() => webhook.received().includes('fired work-failing'));
  expect(webhook.alerts[0]?.text).toMatch(
    /WARNING: .*record-activity failed 3 times.*nothing" does not exist/,
  );
  await work.run('record-activity', () => database.query('select'));
  await until(() => webhook.received().includes('resolved work-failing'));
  expect(webhook.received()).toEqual(['fired work-failing', 'resolved work-failing']);
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { incidentOf } from '@timepoint/shared/monitoring/incident';
import { startAlerts } from '@timepoint/shared/monitoring/start-alerts';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { FAST } from '@timepoint/testkit/alert-times';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { startTestWebhook, type TestWebhook } from '@timepoint/testkit/webhook';
import { assessingQueues } from './assess-queues.ts';

const LIMITS = { downMs: 600_000, behindMs: 300 };
const logger = createLogger({ name: 'test', level: 'silent' });
const describeWithRedis = hasTestRedis() ? describe : describe.skip;

describeWithRedis('Timepoint, when only an ingestor is left to notify,', () => {
  let webhook: TestWebhook;
  let redis: TestProxy;
  let queues: Queues;
  let alerts: { close(): Promise<void> };

  beforeEach(async () => {
    webhook = await startTestWebhook();
    redis = await startTestProxy(testRedisUrl());
    const prefix = uniquePrefix();
    queues = await openQueues({ redisUrl: redis.url, prefix }, logger);
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    const assessNow = assessingQueues(queues, LIMITS);
    alerts = startAlerts({ queues, assessNow, webhookUrl: webhook.url, prefix, logger, ...FAST });
  });
  afterEach(async () => {
    for (const part of [alerts, queues, redis, webhook]) await part.close();
  });

  it('notifies that events wait and no worker applies them, and when it is over', async () => {
    const job = await queues.events.add('companies', {} as never, { jobId: 'companies-1-1' });
    await until(() => webhook.alerts.length === 1);
    expect(webhook.alerts[0]?.text).toMatch(/CRITICAL: Events have waited for \d+ s to be applied\./);
    await job.remove();
    await until(() => webhook.alerts.length === 2);
    expect(webhook.received()).toEqual(['fired behind', 'resolved behind']);
  });

  it('leaves the incidents that only a database shows as the workers left them', async () => {
    for (const kind of ['hole', 'database-unreachable'] as const) {
      const finding = { kind, stream: null, severity: 'critical', text: '' } as const;
      const incident = { ...incidentOf(finding, Date.now()), isNotified: true, calmSince: Date.now() };
      await queues.incidents.add(kind, incident, { jobId: kind });
    }
    const job = await queues.events.add('companies', {} as never, { jobId: 'companies-1-1' });
    await until(() => webhook.alerts.length === 1);
    await job.remove();
    await until(() => webhook.alerts.length === 2);
    expect(webhook.received()).toEqual(['fired behind', 'resolved behind']);
    for (const kind of ['hole', 'database-unreachable'])
      expect((await queues.incidents.getJob(kind))?.data).toMatchObject({
        endedAt: null,
        calmSince: expect.any(Number),
      });
  });

  it('assesses nothing of a queue that it can not reach', async () => {
    redis.cut();
    const assessment = await assessingQueues(queues, LIMITS)();
    expect(assessment).toMatchObject({ canReachQueues: false, canReachDatabase: null });
    expect(assessment.findings.map(({ kind }) => kind)).toEqual(['queue-unreachable']);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Queues } from '@timepoint/shared/queues/queues';
import { until } from '@timepoint/testkit/until';
import { startTestWebhook, type TestWebhook } from '@timepoint/testkit/webhook';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
let webhook: TestWebhook;
let queues: Queues | undefined;

beforeEach(async () => {
  webhook = await startTestWebhook();
  system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '100' } });
});
afterEach(async () => {
  await queues?.close();
  await system.close();
  await webhook.close();
});

describe('Timepoint, with people on call at a webhook,', () => {
  it('notifies each trouble once, and its end once, whichever sender is killed', async () => {
    const env = { ALERT_WEBHOOK_URL: webhook.url, ALERT_DOWN_SECONDS: '2', ALERT_BEHIND_SECONDS: '2' };
    await system.registerFromFirst();
    queues = await system.openQueues();
    const { incidents } = queues;
    const workers = await Promise.all([system.start('worker', env), system.start('worker', env)]);
    const ingestor = await system.start('ingestor', env);
    await until(async () => (await system.newest()) >= FIRST + 99);

    webhook.answerWith(500);
    await system.setFaults({ respond: [{ status: 429, times: 1_000, retryAfterSeconds: 1 }] });
    await system.simulate('disconnect', {});
    await until(async () => webhook.requests >= 2);
    webhook.answerWith(200);
    await until(async () => (await incidents.getJob('stream-down.companies'))?.data.isNotified);
    await Promise.all(workers.map((worker) => worker.kill()));
    await system.setFaults({});
    await system.simulate('emit', { count: 10 });
    await until(async () => webhook.alerts.length === 3);
    const third = await system.start('worker', env);
    await until(async () => webhook.alerts.length === 4);

    const [fired, ...others] = webhook.alerts;
    expect(fired).toMatchObject({
      state: 'fired',
      kind: 'stream-down',
      stream: 'companies',
      severity: 'critical',
      text: expect.stringMatching(/companies has had no connection for \d+ s: http, status 429\./),
    });
    expect(others).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          state: 'resolved',
          text: expect.stringMatching(/RESOLVED after .* companies is connected, or waits its turn\./),
        }),
        // The ingestor notifies it: no worker is left.
        expect.objectContaining({
          state: 'fired',
          kind: 'behind',
          text: expect.stringMatching(/Events have waited for \d+ s to be applied\./),
        }),
        expect.objectContaining({ state: 'resolved', kind: 'behind' }),
      ]),
    );
    const senders = [...workers, ingestor, third];
    for (const { output } of senders) expect(output()).not.toContain('a-secret');
    expect(senders.map(({ output }) => output()).join()).toContain('The webhook answered 500');
  }, 180_000);
});

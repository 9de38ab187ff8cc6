import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestWebhook, type TestWebhook } from '@timepoint/worker/alerts/test-webhook';
import { FIRST, type System, startSystem, until } from './system.ts';

let system: System;
let webhook: TestWebhook;

beforeEach(async () => {
  webhook = await startTestWebhook();
  system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '100' } });
});
afterEach(async () => {
  await system.close();
  await webhook.close();
});

describe('Timepoint, with whoever is on call at a webhook,', () => {
  it('tells once that a stream is down and once that it is back, though workers are killed between', async () => {
    const env = { ALERT_WEBHOOK_URL: webhook.url, ALERT_DOWN_SECONDS: '2' };
    await system.registerFromFirst();
    const workers = await Promise.all([system.start('worker', env), system.start('worker', env)]);
    await system.start('ingestor');
    await until(async () => (await system.newest()) >= FIRST + 99);

    webhook.answerWith(500);
    await system.setFaults({ respond: [{ status: 429, times: 1_000, retryAfterSeconds: 1 }] });
    await system.simulate('disconnect', {});
    await until(async () => webhook.requests >= 2);
    webhook.answerWith(200);
    await until(async () => webhook.heard.length === 1);
    await Promise.all(workers.map((worker) => worker.kill()));
    const third = await system.start('worker', env);
    await system.setFaults({});
    await until(async () => webhook.heard.length === 2);

    expect(webhook.heard).toMatchObject([
      {
        state: 'fired',
        kind: 'stream-down',
        stream: 'companies',
        severity: 'critical',
        text: expect.stringMatching(/companies has had no connection for \d+ s: http, status 429\./),
      },
      {
        state: 'resolved',
        text: expect.stringMatching(/RESOLVED after .* companies is connected, or waits its turn\./),
      },
    ]);
    for (const { output } of [...workers, third]) expect(output()).not.toContain('a-secret');
    expect(workers.map(({ output }) => output()).join()).toContain('The webhook answered 500');
  }, 180_000);
});

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestWebhook, type TestWebhook } from '@timepoint/testkit/webhook';
import { formatAlert } from './format-alert.ts';
import { incidentOf } from './incident.ts';
import { sendAlert } from './webhook.ts';

const finding = { kind: 'behind', stream: null, severity: 'critical', text: 'Events wait.' } as const;
const alert = formatAlert(incidentOf(finding, 0), 'fired', { installation: 'timepoint', host: 'here' });
const never = new AbortController().signal;

let webhook: TestWebhook;
beforeEach(async () => {
  webhook = await startTestWebhook();
});
afterEach(() => webhook.close());

describe('Timepoint, calling a webhook,', () => {
  it('sends the alert as JSON', async () => {
    await sendAlert(webhook.url, alert, never);
    expect(webhook.alerts).toEqual([alert]);
  });

  it.each([404, 500, 302])('takes an answer of %i for a failure, and never names the URL', async (status) => {
    webhook.answerWith(status);
    const message = `The webhook answered ${status}. Check ALERT_WEBHOOK_URL.`;
    await expect(sendAlert(webhook.url, alert, never)).rejects.toThrow(message);
    expect(webhook.requests).toBe(1);
  });

  it('says why there is no answer, and never names the URL', async () => {
    const { url } = webhook;
    await webhook.close();
    const refused = "The webhook can't be reached: ECONNREFUSED. Check ALERT_WEBHOOK_URL.";
    await expect(sendAlert(url, alert, never)).rejects.toThrow(refused);
    webhook = await startTestWebhook();
  });

  it('does not wait for one that never answers', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/a-secret`;
    const connected = once(mute, 'connection');
    const sending = sendAlert(url, alert, never);
    const [socket] = await connected;
    await expect(sending).rejects.toThrow("can't be reached: no answer within 10 s");
    socket.destroy();
    mute.close();
  });
});

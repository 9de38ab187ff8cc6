import { TimepointError } from '../platform/errors.ts';
import type { Alert } from './format-alert.ts';

/** A webhook without an answer for this long has failed, in ms. */
const DEADLINE_MS = 10_000;

/**
 * Sends an alert to a webhook.
 * @throws TimepointError `webhook` when there is no 2xx answer in time. The message never has the URL, which is a
 * secret.
 */
export async function sendAlert(url: string, alert: Alert, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
    // A redirect could send the alert to another host.
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  }).catch((error: unknown) => {
    throw failed(`can't be reached: ${reasonOf(error)}`);
  });
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw failed(`answered ${response.status}`);
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return `no answer within ${DEADLINE_MS / 1000} s`;
  return cause?.code ?? name ?? 'unknown';
}

function failed(why: string): TimepointError {
  return new TimepointError('webhook', `The webhook ${why}. Check ALERT_WEBHOOK_URL.`, { retryable: true });
}

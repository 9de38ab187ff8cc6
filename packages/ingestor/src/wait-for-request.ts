import { setTimeout as sleep } from 'node:timers/promises';
import type { Queues } from '@timepoint/shared/queues';
import { readRewinds } from '@timepoint/shared/rewinds';
import type { StreamName } from '@timepoint/shared/streams';

const LOOK_INTERVAL_MS = 1_000;

/** Waits for the delay, for a request to read the stream from elsewhere, or for the signal, whichever comes first. */
export async function waitForRequest(
  queues: Queues,
  stream: StreamName,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (let leftMs = delayMs; leftMs > 0 && !signal.aborted; leftMs -= LOOK_INTERVAL_MS) {
    // A queue that can't be asked now is waited for before the next connection.
    const requests = await readRewinds(queues, stream).catch(() => []);
    if (requests.length > 0) return;
    await sleep(Math.min(LOOK_INTERVAL_MS, leftMs), undefined, { signal }).catch(() => undefined);
  }
}

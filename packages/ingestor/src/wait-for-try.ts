// A stream that waits for its next try needs no connection, so it keeps its place only while no other stream wants it.
// Example: of nine streams two may connect, and both are answered with 503; each gives its place back for the 10 s until
// its next try, and the other seven take turns on two connections.
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readRewinds } from '@timepoint/shared/queues/rewinds';
import { isPlaceWanted } from './budget.ts';

const LOOK_INTERVAL_MS = 1_000;
/** During a shorter wait the place is kept: it would have to be handed over twice. In ms. */
const LEAST_REST_MS = 5_000;

export interface TryOptions {
  readonly queues: Queues;
  readonly stream: StreamName;
  readonly delayMs: number;
  /** A request to read the stream from elsewhere ends the wait. */
  readonly endsAtRequest: boolean;
  /** From this moment of the monotonic clock, the place is given back even during a short wait. */
  readonly turnEndsAt: number;
}

/**
 * Waits for the delay, a request, or the signal, whichever comes first, and then returns null. When another stream wants the
 * place before that, returns how much of the delay is left, in ms.
 */
export async function waitForTry(options: TryOptions, signal: AbortSignal): Promise<number | null> {
  const { queues, stream, delayMs, endsAtRequest, turnEndsAt } = options;
  const dueAt = performance.now() + delayMs;
  while (!signal.aborted) {
    const leftMs = dueAt - performance.now();
    if (leftMs <= 0) return null;
    // Before the next connection the loop waits for a queue that can't be asked now.
    if (endsAtRequest && (await readRewinds(queues, stream).catch(() => [])).length > 0) return null;
    const isLong = leftMs >= LEAST_REST_MS || performance.now() > turnEndsAt;
    if (isLong && (await isPlaceWanted(queues).catch(() => false))) return leftMs;
    await sleep(Math.min(LOOK_INTERVAL_MS, leftMs), undefined, { signal }).catch(() => undefined);
  }
  return null;
}

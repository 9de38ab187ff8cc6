import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Ending } from './ending.ts';
import type { Failures } from './failures.ts';

/** What is known when a connection has ended. */
export interface Circumstances {
  /** Failures of each kind in a row, this ending not counted. */
  readonly failures: Failures;
  /** Connections in a row that were refused with 416, this one not counted. */
  readonly refusals: number;
  /** Whether the connection asked for what is published from now on, without a timepoint. */
  readonly isLive: boolean;
  /** How often the stream was asked again for the events of this hole. */
  readonly reasks: number;
  /** Re-asks of this stream in the last hour, for any hole. */
  readonly reasksLastHour: number;
}

export type Decision =
  /** Resume from the stored timepoint after the delay, in ms. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** The stream does not have these events any more: record the hole and read past it. */
  | { readonly kind: 'accept-hole'; readonly delayMs: number }
  /** The position has expired: record the hole and read live from now. */
  | { readonly kind: 'go-live'; readonly delayMs: number }
  /** Wait until the queue has drained below the low-water mark. */
  | { readonly kind: 'wait-for-drain' }
  | { readonly kind: 'release' }
  /** Give the stream back, behind those that wait. */
  | { readonly kind: 'queue-up' }
  | { readonly kind: 'stop'; readonly error: TimepointError };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const MAX_REASKS_PER_HOLE = 3;
export const MAX_REASKS_PER_HOUR = 6;

/** What to do after an ending, by the publisher's rules alone. Pure; `random` is in [0, 1). */
export function decide(ending: Ending, now: Circumstances, random: () => number): Decision {
  const { failures } = now;
  switch (ending.kind) {
    case 'clean':
    case 'silent':
    case 'idle':
    case 'network':
      return { kind: 'retry', delayMs: fullJitter(SECOND_MS, MINUTE_MS, failures.connection, random) };
    case 'queue-lost':
      return { kind: 'retry', delayMs: fullJitter(SECOND_MS, MINUTE_MS, failures.queue, random) };
    case 'unconfirmed':
      return { kind: 'retry', delayMs: fullJitter(SECOND_MS, MINUTE_MS, failures.content, random) };
    case 'error-line':
      return { kind: 'retry', delayMs: atLeast(2 * SECOND_MS, 5 * MINUTE_MS, failures.content, random) };
    case 'not-a-stream':
      return { kind: 'retry', delayMs: atLeast(10 * SECOND_MS, 5 * MINUTE_MS, failures.content, random) };
    case 'counted-anew':
      // This lasts until the operator begins a new epoch, and the publisher keeps the events for days.
      return { kind: 'retry', delayMs: atLeast(10 * SECOND_MS, MINUTE_MS, failures.content, random) };
    case 'http':
      return decideHttp(ending, now, random);
    case 'hole':
      return now.reasks >= MAX_REASKS_PER_HOLE || now.reasksLastHour >= MAX_REASKS_PER_HOUR
        ? { kind: 'accept-hole', delayMs: soon(failures.hole - MAX_REASKS_PER_HOLE, random) }
        : { kind: 'retry', delayMs: fullJitter(2 * SECOND_MS, MINUTE_MS, now.reasks, random) };
    case 'buffer-full':
      return { kind: 'retry', delayMs: soon(failures.buffer, random) };
    case 'rewind':
      return { kind: 'retry', delayMs: soon(failures.rewind, random) };
    case 'high-water':
      return { kind: 'wait-for-drain' };
    case 'turn-over':
      return { kind: 'queue-up' };
    case 'lease-lost':
    case 'released':
      return { kind: 'release' };
  }
}

type HttpEnding = Extract<Ending, { kind: 'http' }>;

function decideHttp(ending: HttpEnding, now: Circumstances, random: () => number): Decision {
  const { failures } = now;
  switch (ending.status) {
    case 401:
      return { kind: 'stop', error: wrongKey(ending.body) };
    case 416:
      return decideRefusedPosition(now, random);
    case 429: {
      const { retryAfterMs } = ending;
      if (retryAfterMs === null)
        return { kind: 'retry', delayMs: atLeast(MINUTE_MS, HOUR_MS, failures.throttled, random) };
      // It may ask for no wait at all, or for a wait until a moment that has passed by our clock.
      const least = atLeast(SECOND_MS, MINUTE_MS, failures.throttled, random);
      return { kind: 'retry', delayMs: Math.max(retryAfterMs, least) };
    }
    case 403:
      return { kind: 'retry', delayMs: atLeast(MINUTE_MS, HOUR_MS, failures.forbidden, random) };
    default: {
      const wait = atLeast(10 * SECOND_MS, 5 * MINUTE_MS, failures.server, random);
      return { kind: 'retry', delayMs: Math.max(wait, ending.retryAfterMs ?? 0) };
    }
  }
}

function decideRefusedPosition(
  { failures, refusals, isLive }: Circumstances,
  random: () => number,
): Decision {
  // A live request has no position that could be refused, so the answer counts as any other error.
  if (isLive)
    return { kind: 'retry', delayMs: atLeast(10 * SECOND_MS, 5 * MINUTE_MS, failures.position, random) };
  const delayMs = atLeast(SECOND_MS, 5 * MINUTE_MS, failures.position, random);
  // A reader that was too slow is refused too, so one refusal does not prove that the position is gone.
  return { kind: refusals === 0 ? 'retry' : 'go-live', delayMs };
}

/** No wait the first time; repeated endings of the kind wait longer each time. */
function soon(count: number, random: () => number): number {
  return count <= 0 ? 0 : fullJitter(SECOND_MS, MINUTE_MS, count - 1, random);
}

/** Exponential with full jitter: anything up to the doubled delay, so that readers do not connect in step. */
function fullJitter(first: number, longest: number, attempt: number, random: () => number): number {
  return Math.round(random() * doubled(first, longest, attempt));
}

/** Exponential where the publisher demands a least wait; up to a quarter is added to spread readers. */
function atLeast(first: number, longest: number, attempt: number, random: () => number): number {
  return Math.round(doubled(first, longest, attempt) * (1 + random() / 4));
}

function doubled(first: number, longest: number, attempt: number): number {
  return Math.min(longest, first * 2 ** Math.min(attempt, 30));
}

function wrongKey(answer: string): TimepointError {
  return new TimepointError(
    'wrong-key',
    'Companies House refused CH_STREAM_KEY (401). Streams need a key of type "stream", which is another ' +
      `credential than a REST key: create one in your developer account and set CH_STREAM_KEY. Answer: ${answer}`,
  );
}

// How often each kind of failure came in a row. Each kind is counted by itself. Example: after three 503s and a 429, the
// wait is that of a first 429, a minute; another 503 then waits as the fourth 503.
import type { Ending } from './ending.ts';

export const FAILURE_KINDS = [
  /** The line: it broke, was silent, or was closed. */
  'connection',
  /** What came was no stream. */
  'content',
  /** 429. */
  'throttled',
  /** 403. */
  'forbidden',
  /** 416. */
  'position',
  /** Any other refusal. */
  'server',
  'hole',
  'queue',
  /** The queue took batches slower than the stream sent them. */
  'buffer',
  'rewind',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

export type Failures = Readonly<Record<FailureKind, number>>;

export const NO_FAILURES: Failures = {
  connection: 0,
  content: 0,
  throttled: 0,
  forbidden: 0,
  position: 0,
  server: 0,
  hole: 0,
  queue: 0,
  buffer: 0,
  rewind: 0,
};

/** What a connection achieved. */
export interface Outcome {
  /** Events that it brought and that had not come before. */
  readonly events: number;
  /** How long it was open, answered with 200, in ms. */
  readonly openMs: number;
  /** Whether the stored position moved. */
  readonly hasMoved: boolean;
}

/** A connection that was open for this long was a good one, whether or not events came, in ms. */
export const LASTING_MS = 60_000;

/** An event ends these rows, because it shows that the publisher and the line work. */
const ENDED_BY_EVENTS = ['connection', 'content', 'throttled', 'forbidden', 'server'] as const;
/** Only a connection that lasts ends the further ones, because events come between their failures. */
const ENDED_BY_LASTING = [...ENDED_BY_EVENTS, 'position', 'hole', 'buffer', 'rewind'] as const;

/** The rows of failures that a connection has not ended. Pure. */
export function afterConnection(failures: Failures, { events, openMs, hasMoved }: Outcome): Failures {
  const ended: readonly FailureKind[] =
    openMs > LASTING_MS ? ENDED_BY_LASTING : events > 0 ? ENDED_BY_EVENTS : [];
  const left = { ...failures };
  for (const kind of ended) left[kind] = 0;
  // 429s are in a row until a connection gets another answer.
  if (openMs > 0) left.throttled = 0;
  if (hasMoved) left.queue = 0;
  return left;
}

/** The rows of failures after an ending. Pure. */
export function withFailure(failures: Failures, ending: Ending): Failures {
  const kind = failureOf(ending);
  if (kind === null) return failures;
  const grown = { ...failures, [kind]: failures[kind] + 1 };
  return ending.kind === 'http' && kind !== 'throttled' ? { ...grown, throttled: 0 } : grown;
}

/** The kind of failure that an ending is; null when it is none. */
export function failureOf(ending: Ending): FailureKind | null {
  switch (ending.kind) {
    case 'clean':
    case 'silent':
    case 'idle':
    case 'network':
      return 'connection';
    case 'error-line':
    case 'not-a-stream':
    case 'unconfirmed':
    case 'counted-anew':
      return 'content';
    case 'http':
      return failureOfStatus(ending.status);
    case 'hole':
      return 'hole';
    case 'queue-lost':
      return 'queue';
    case 'buffer-full':
      return 'buffer';
    case 'rewind':
      return 'rewind';
    case 'high-water':
    case 'turn-over':
    case 'lease-lost':
    case 'released':
      return null;
  }
}

function failureOfStatus(status: number): FailureKind {
  switch (status) {
    case 403:
      return 'forbidden';
    case 416:
      return 'position';
    case 429:
      return 'throttled';
    default:
      return 'server';
  }
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Circumstances, decide } from './decide.ts';
import type { Ending } from './ending.ts';
import { afterConnection, failureOf, NO_FAILURES, withFailure } from './failures.ts';

const calm: Circumstances = {
  failures: NO_FAILURES,
  refusals: 0,
  isLive: false,
  reasks: 0,
  reasksLastHour: 0,
};
const http = (status: number, retryAfterMs: number | null = null): Ending => ({
  kind: 'http',
  status,
  retryAfterMs,
  body: '<html>',
});
const hole: Ending = { kind: 'hole', after: 101, upTo: 104, cause: 'jump' };
const half = () => 0.5;
/** The circumstances after `count` failures of the kind that an ending is. */
const after = (ending: Ending, count: number): Circumstances => {
  const kind = failureOf(ending);
  return kind === null ? calm : { ...calm, failures: { ...NO_FAILURES, [kind]: count } };
};
const delayOf = (ending: Ending, failures: number, random = half) => {
  const decision = decide(ending, after(ending, failures), random);
  return 'delayMs' in decision ? decision.delayMs : null;
};

describe('Timepoint, deciding what follows an ending,', () => {
  it.each(['clean', 'idle', 'silent', 'unconfirmed'] as const)('connects again after %s', (kind) => {
    expect(decide({ kind }, calm, half)).toEqual({ kind: 'retry', delayMs: 500 });
  });

  it('grows the wait after network errors, up to a minute, anywhere below it', () => {
    const network: Ending = { kind: 'network', message: 'ECONNRESET' };
    expect([0, 1, 2, 3].map((failures) => delayOf(network, failures))).toEqual([500, 1000, 2000, 4000]);
    expect(delayOf(network, 40, () => 0.999)).toBeLessThanOrEqual(60_000);
    expect(delayOf(network, 5, () => 0)).toBe(0);
  });

  it('stops for a refused key and says that stream and REST keys differ', () => {
    const decision = decide(http(401), calm, half);
    expect(decision).toMatchObject({ kind: 'stop', error: { code: 'wrong-key', retryable: false } });
    expect(decision.kind === 'stop' && decision.error.message).toMatch(/another credential than a REST key/);
  });

  it('asks once more before it takes a position for expired', () => {
    const retry = { kind: 'retry', delayMs: 1000 };
    const none = () => 0;
    expect(decide(http(416), calm, none)).toEqual(retry);
    const failures = { ...NO_FAILURES, connection: 3, server: 3 };
    expect(decide(http(416), { ...calm, failures }, none)).toEqual(retry);
    expect(decide(http(416), { ...calm, refusals: 1 }, none)).toEqual({ kind: 'go-live', delayMs: 1000 });
  });

  it('waits ever longer when it asked for no position and is refused one, and does not go live again', () => {
    const answers = [0, 1, 2, 30].map((count) =>
      decide(http(416), { ...after(http(416), count), refusals: count, isLive: true }, () => 0),
    );
    expect(answers).toEqual([10_000, 20_000, 40_000, 300_000].map((delayMs) => ({ kind: 'retry', delayMs })));
  });

  it('waits ever longer when going live is followed by the next refusal', () => {
    const answers = [0, 1, 2, 30].map((count) =>
      decide(http(416), { ...after(http(416), count), refusals: 1 }, () => 0),
    );
    expect(answers).toEqual([1_000, 2_000, 4_000, 300_000].map((delayMs) => ({ kind: 'go-live', delayMs })));
  });

  it('never comes back without a pause for ever, whatever ends its connections', () => {
    const endings: Ending[] = [
      ...(['clean', 'idle', 'silent', 'unconfirmed', 'buffer-full', 'rewind'] as const).map((kind) => ({
        kind,
      })),
      { kind: 'network', message: '' },
      { kind: 'queue-lost', message: '' },
      { kind: 'error-line', message: '' },
      ...[302, 403, 404, 416, 429, 503].map((status) => http(status)),
    ];
    for (const ending of endings) expect(delayOf(ending, 20)).toBeGreaterThanOrEqual(30_000);
    const circumstances = { ...after(hole, 20), reasks: 3, reasksLastHour: 6 };
    expect(decide(hole, circumstances, half)).toEqual({ kind: 'accept-hole', delayMs: 30_000 });
  });

  it('never takes 429 for 416, and waits at least a minute, doubling', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const decision = decide(http(429), after(http(429), failures), () => random);
        expect(decision.kind).toBe('retry');
        expect(delayOf(http(429), failures, () => random)).toBeGreaterThanOrEqual(
          Math.min(60_000 * 2 ** failures, 3_600_000),
        );
      }),
    );
  });

  it('waits after an answer that is no stream as after a 503', () => {
    const page: Ending = { kind: 'not-a-stream', text: '<html>' };
    for (const count of [0, 1, 2, 9])
      expect(decide(page, after(page, count), half)).toEqual(
        decide(http(503), after(http(503), count), half),
      );
  });

  it('queues up again after its turn', () => {
    expect(decide({ kind: 'turn-over' }, calm, half)).toEqual({ kind: 'queue-up' });
  });

  it('waits a second and more after 429 whatever Retry-After says, up to a minute', () => {
    const waits = [0, 1, 2, 30].map((failures) => delayOf(http(429, 0), failures, () => 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 60_000]);
    expect(delayOf(http(429, 3_000), 1, () => 0)).toBe(3_000);
  });

  it('honours Retry-After', () => {
    expect(delayOf(http(429, 120_000), 0)).toBe(120_000);
    expect(delayOf(http(503, 90_000), 0)).toBe(90_000);
    expect(delayOf(http(503, 1_000), 0)).toBeGreaterThanOrEqual(10_000);
  });

  it.each([500, 502, 503, 504, 404, 302])(
    'waits ten seconds and more after %i, up to five minutes',
    (status) => {
      expect(delayOf(http(status), 0, () => 0)).toBe(10_000);
      expect(delayOf(http(status), 3, () => 0)).toBe(80_000);
      expect(delayOf(http(status), 30, () => 0)).toBe(300_000);
    },
  );

  it('waits a minute and more after 403', () => {
    expect(delayOf(http(403), 0, () => 0)).toBe(60_000);
  });

  it('waits after an error line', () => {
    expect(delayOf({ kind: 'error-line', message: '{"error":"x"}' }, 1, () => 0)).toBe(4_000);
  });

  it('asks for a hole three times, then accepts it', () => {
    const decisions = [0, 1, 2, 3].map((reasks) => decide(hole, { ...calm, reasks }, half).kind);
    expect(decisions).toEqual(['retry', 'retry', 'retry', 'accept-hole']);
  });

  it('accepts a hole at once when the stream was asked six times within the hour', () => {
    expect(decide(hole, { ...calm, reasksLastHour: 6 }, half)).toEqual({ kind: 'accept-hole', delayMs: 0 });
  });

  it('waits for the queue to drain above the high-water mark', () => {
    expect(decide({ kind: 'high-water' }, calm, half)).toEqual({ kind: 'wait-for-drain' });
  });

  it('connects again at once when the queue caught up or the stream was rewound', () => {
    expect(decide({ kind: 'buffer-full' }, calm, half)).toEqual({ kind: 'retry', delayMs: 0 });
    expect(decide({ kind: 'rewind' }, calm, half)).toEqual({ kind: 'retry', delayMs: 0 });
  });

  it('connects again after the queue was lost, and lets go when released', () => {
    expect(decide({ kind: 'queue-lost', message: '' }, calm, half).kind).toBe('retry');
    expect(decide({ kind: 'released' }, calm, half)).toEqual({ kind: 'release' });
    expect(decide({ kind: 'lease-lost' }, calm, half)).toEqual({ kind: 'release' });
  });
});

const run = (...endings: readonly Ending[]) => endings.reduce(withFailure, NO_FAILURES);
const reset: Ending = { kind: 'network', message: 'ECONNRESET' };
const refused = { events: 0, openMs: 0, hasMoved: false };

describe('Timepoint, counting failures,', () => {
  it('lets no kind of failure lengthen the wait of another', () => {
    const all: Ending[] = [reset, http(503), http(403), http(416), hole, { kind: 'queue-lost', message: '' }];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all)), (before) => {
        const failures = run(...before);
        expect(decide(http(429), { ...calm, failures }, () => 0)).toMatchObject({ delayMs: 60_000 });
      }),
    );
    const failures = run(http(429), http(429), reset, reset);
    expect(decide(http(503), { ...calm, failures }, () => 0)).toMatchObject({ delayMs: 10_000 });
    expect(decide(reset, { ...calm, failures }, () => 0.5)).toMatchObject({ delayMs: 2_000 });
  });

  it('doubles over 429s in a row, which no lost connection ends and any other answer does', () => {
    expect(run(http(429), http(429), reset, http(429)).throttled).toBe(3);
    expect(run(http(429), http(429), http(503)).throttled).toBe(0);
    expect(afterConnection(run(http(429)), { ...refused, openMs: 1 }).throttled).toBe(0);
  });

  it('forgets failures of the publisher with the first event, and with a minute of an open connection', () => {
    const before = run(reset, http(503), http(403), { kind: 'error-line', message: '' });
    expect(afterConnection(before, { ...refused, events: 1 })).toEqual(NO_FAILURES);
    expect(afterConnection(before, { ...refused, openMs: 60_001 })).toEqual(NO_FAILURES);
    expect(afterConnection(before, { ...refused, openMs: 59_000 })).toEqual(before);
  });

  it('keeps what comes with events in between until a connection lasts', () => {
    const before = run(hole, http(416), { kind: 'buffer-full' }, { kind: 'rewind' });
    expect(afterConnection(before, { ...refused, events: 9, hasMoved: true })).toEqual(before);
    expect(afterConnection(before, { ...refused, openMs: 60_001 })).toEqual(NO_FAILURES);
  });

  it('counts a lost queue until it has taken a position', () => {
    const before = run({ kind: 'queue-lost', message: '' });
    expect(afterConnection(before, { events: 9, openMs: 90_000, hasMoved: false }).queue).toBe(1);
    expect(afterConnection(before, { events: 9, openMs: 1, hasMoved: true }).queue).toBe(0);
  });

  it('does not take a connection that was never answered for a good one', () => {
    expect(afterConnection(run({ kind: 'idle' }), refused).connection).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventsDue, msUntilDue, type Pace } from './pace.ts';

const paces: fc.Arbitrary<Pace> = fc.record({
  eventsPerSecond: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
  burst: fc.option(
    fc.record({
      everySeconds: fc.integer({ min: 10, max: 100 }),
      factor: fc.integer({ min: 0, max: 50 }),
      seconds: fc.integer({ min: 1, max: 10 }),
    }),
    { nil: undefined },
  ),
});

describe("Timepoint's simulator paces events so that", () => {
  it('a slow pace is spread evenly, one event at a time', () => {
    const pace = { eventsPerSecond: 20 };
    expect([0, 49, 50, 99, 100, 1_000].map((ms) => Math.floor(eventsDue(pace, ms)))).toEqual([
      0, 0, 1, 1, 2, 20,
    ]);
    expect(msUntilDue(pace, 0, 0)).toBe(50);
    expect(msUntilDue(pace, 1, 60)).toBeCloseTo(40);
  });

  it('bursts add their events and nothing else', () => {
    const pace = { eventsPerSecond: 10, burst: { everySeconds: 60, factor: 5, seconds: 6 } };
    expect([0, 3_000, 6_000, 60_000, 63_000].map((ms) => eventsDue(pace, ms))).toEqual([
      0, 150, 300, 840, 990,
    ]);
  });

  it('an event is never late after the computed wait', () => {
    fc.assert(
      fc.property(paces, fc.integer({ min: 0, max: 200_000 }), (pace, elapsedMs) => {
        const done = Math.floor(eventsDue(pace, elapsedMs));
        const wait = msUntilDue(pace, done, elapsedMs);
        expect(eventsDue(pace, elapsedMs + wait)).toBeLessThan(done + 1 + 1e-6);
      }),
    );
  });
});

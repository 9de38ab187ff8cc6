import { describe, expect, it } from '@jest/globals';
import type { Timepoint } from '@timepoint/shared/timepoint';
import { type AcceptedHole, Sequence, type Step } from './sequence.ts';

const line = (timepoint: number) => JSON.stringify({ event: { timepoint } });
const GARBAGE = '{"resource_uri":';
const start = (held: number | null, accepted: AcceptedHole | null = null) =>
  new Sequence({ held: held as Timepoint | null, accepted });
const takeAll = (sequence: Sequence, taken: readonly string[]) => taken.map((text) => sequence.take(text));
const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);

describe('Timepoint, following a sequence,', () => {
  it('advances event by event', () => {
    const sequence = start(100);
    expect(takeAll(sequence, [line(101), line(102)])).toEqual([
      { kind: 'advance', advance: { lines: [line(101)], upTo: 101 } },
      { kind: 'advance', advance: { lines: [line(102)], upTo: 102 } },
    ]);
    expect(sequence.last).toBe(102);
  });

  it("begins the stream's history with whatever event comes first", () => {
    const sequence = start(null);
    expect(kinds(takeAll(sequence, [line(500), line(501)]))).toEqual(['advance', 'advance']);
  });

  it('sees a jump inside the stream', () => {
    expect(takeAll(start(100), [line(101), line(105)])[1]).toEqual({
      kind: 'hole',
      after: 101,
      upTo: 104,
      cause: 'jump',
    });
  });

  it('sees a stream that answers but starts late', () => {
    expect(start(100).take(line(103))).toEqual({ kind: 'hole', after: 100, upTo: 102, cause: 'late-start' });
  });

  it('keeps repetitions without going back', () => {
    const sequence = start(100);
    const [, , repeated] = takeAll(sequence, [line(101), line(102), line(101)]);
    expect(repeated).toEqual({ kind: 'advance', advance: { lines: [line(101)], upTo: 102 } });
    expect(sequence.last).toBe(102);
  });

  it('holds an unreadable line back until the next event shows its place', () => {
    const steps = takeAll(start(100), [line(101), GARBAGE, line(103)]);
    expect(kinds(steps)).toEqual(['advance', 'held', 'advance']);
    expect(steps[2]).toEqual({ kind: 'advance', advance: { lines: [GARBAGE, line(103)], upTo: 103 } });
  });

  it('passes on an unreadable line that took no place', () => {
    const steps = takeAll(start(100), [line(101), GARBAGE, line(102)]);
    expect(steps[2]).toEqual({ kind: 'advance', advance: { lines: [GARBAGE, line(102)], upTo: 102 } });
  });

  it('sees a hole that unreadable lines do not explain', () => {
    expect(takeAll(start(100), [line(101), GARBAGE, line(105)])[2]).toMatchObject({
      kind: 'hole',
      after: 101,
      upTo: 104,
    });
  });

  it('gives held lines the next places when no event comes', () => {
    const sequence = start(100);
    takeAll(sequence, [line(101), GARBAGE, GARBAGE]);
    expect(sequence.heldCount).toBe(2);
    expect(sequence.settle()).toEqual({ lines: [GARBAGE, GARBAGE], upTo: 103 });
    expect(sequence.settle()).toBeNull();
  });

  it('can not place lines before the first event of all', () => {
    const sequence = start(null);
    sequence.take(GARBAGE);
    expect(sequence.settle()).toBeNull();
    expect(sequence.take(line(7))).toEqual({
      kind: 'advance',
      advance: { lines: [GARBAGE, line(7)], upTo: 7 },
    });
  });

  it('reads past an accepted hole and declares it', () => {
    const accepted = { after: 101, cause: 'jump', attempts: 3 } as const;
    const steps = takeAll(start(100, accepted), [line(101), line(105), line(109)]);
    expect(steps[1]).toEqual({
      kind: 'advance',
      advance: { lines: [line(105)], upTo: 105, hole: { after: 101, upTo: 104, cause: 'jump', attempts: 3 } },
    });
    expect(steps[2]).toMatchObject({ kind: 'hole', after: 105 });
  });

  it("reports the publisher's error line", () => {
    expect(start(100).take('{"error":"gone"}')).toEqual({ kind: 'error-line', message: '{"error":"gone"}' });
  });
});

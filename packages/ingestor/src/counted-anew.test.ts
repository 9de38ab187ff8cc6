import { describe, expect, it } from '@jest/globals';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { CountWatch } from './counted-anew.ts';

const ASKED = 22_000_500;
const BASE = 1_000_000_000_000;

function take(timepoints: readonly number[], asked: number | null = ASKED, base = 0) {
  const watch = new CountWatch(base);
  let position = asked;
  return timepoints.map((timepoint) => {
    const { kind } = watch.take(timepoint as Timepoint, position);
    // As the sequence does it: a number that is far too high is not believed.
    if (kind === 'in-place' && timepoint < ASKED * 2) position = Math.max(position ?? 0, timepoint);
    return kind;
  });
}

describe('Timepoint, watching for a publisher that counts anew,', () => {
  it.each([
    ['from its oldest', [1, 2]],
    ['live, with a gap', [17, 90]],
    ['with repetitions before', [17, 17, 18]],
    ['after a stray low event', [4, ASKED, 1, 2]],
    ['in the middle of a connection', [ASKED, ASKED + 1, 1, 2]],
  ])('finds that it sends low events %s', (_, timepoints) => {
    const kinds = take(timepoints);
    expect(kinds.indexOf('counted-anew')).toBe(timepoints.length - 1);
  });

  it('reports what was asked for and what came', () => {
    const watch = new CountWatch(0);
    watch.take(17 as Timepoint, ASKED);
    expect(watch.take(18 as Timepoint, ASKED)).toEqual({
      kind: 'counted-anew',
      asked: ASKED,
      seen: [17, 18],
    });
  });

  it.each([
    ['one stray low event', [5, ASKED, ASKED + 1]],
    ['stray ones between others', [5, ASKED, 6, ASKED + 1, 7, ASKED + 2]],
    ['the same low event at each heartbeat', [5, 5, 5]],
    ['events that run backwards', [9, 8, 7]],
    ['old events repeated with gaps after it began well', [ASKED, 22_000_001, 22_000_003, ASKED + 1]],
    ['events a little before', [ASKED - 900, ASKED - 899, ASKED]],
    ['a jump', [ASKED, ASKED * 10]],
    ['a digit too much', [ASKED, ASKED * 10, ASKED + 1, ASKED + 2, ASKED + 3]],
  ])('is not deceived by %s', (_, timepoints) => {
    expect(take(timepoints)).not.toContain('counted-anew');
  });

  it('finds it on a stream of few events, and in a later epoch', () => {
    expect(take([1, 2], 150)).toEqual(['low', 'counted-anew']);
    expect(take([BASE + 1, BASE + 2], BASE + 150, BASE)).toEqual(['low', 'counted-anew']);
    expect(take([BASE + 1, BASE + 2], BASE + 1, BASE)).toEqual(['in-place', 'in-place']);
    expect(take([1, 2], null)).toEqual(['in-place', 'in-place']);
  });
});

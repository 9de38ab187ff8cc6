import { describe, expect, it } from '@jest/globals';
import { LEAST_SHARE_MS, LIVE_PATIENCE_MS, MergeTurns, mayMerge } from './merge-turns.ts';

const late = LIVE_PATIENCE_MS + 1;

describe('Timepoint, sharing a worker between live events and an import,', () => {
  it('merges while live events are on time, however many of them wait', () => {
    for (const oldestWaitMs of [null, 0, LIVE_PATIENCE_MS])
      expect(mayMerge({ oldestWaitMs, merging: 1, idleMs: 0 })).toBe(true);
  });

  it('treats a job from a clock that is ahead as one that has just come', () => {
    expect(mayMerge({ oldestWaitMs: -3_600_000, merging: 1, idleMs: 0 })).toBe(true);
  });

  it('lets late live events go first, but for one chunk when none was merged for the least share', () => {
    expect(mayMerge({ oldestWaitMs: late, merging: 0, idleMs: LEAST_SHARE_MS - 1 })).toBe(false);
    expect(mayMerge({ oldestWaitMs: late, merging: 0, idleMs: LEAST_SHARE_MS })).toBe(true);
    expect(mayMerge({ oldestWaitMs: late, merging: 1, idleMs: LEAST_SHARE_MS })).toBe(false);
  });

  it('gives one turn and not two when two chunks ask at the same time', () => {
    let now = 0;
    const turns = new MergeTurns(LEAST_SHARE_MS, () => now);
    expect(turns.take(late)).toBe(false);
    now = LEAST_SHARE_MS;
    expect([turns.take(late), turns.take(late)]).toEqual([true, false]);
    now += 10 * LEAST_SHARE_MS;
    expect(turns.take(late)).toBe(false);
    turns.end();
    expect(turns.take(late)).toBe(false);
    now += LEAST_SHARE_MS;
    expect(turns.take(late)).toBe(true);
  });

  it('gives an import at least one chunk in two seconds, however late live events are', () => {
    let now = 0;
    let merged = 0;
    const turns = new MergeTurns(LEAST_SHARE_MS, () => now);
    for (; now < 60_000; now += 250)
      if (turns.take(late + now)) {
        now += 300;
        merged += 1;
        turns.end();
      }
    expect(merged).toBeGreaterThanOrEqual(30);
    expect(merged).toBeLessThanOrEqual(60);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Reasks } from './reasks.ts';

const HOUR_MS = 3_600_000;

describe('Timepoint, counting how often it asks again,', () => {
  it('counts for each hole and for the last hour', () => {
    const reasks = new Reasks();
    reasks.add(101, 0);
    reasks.add(101, 1);
    reasks.add(205, 2);
    expect([reasks.of(101), reasks.of(205), reasks.of(9)]).toEqual([2, 1, 0]);
    expect(reasks.inLastHour(2)).toBe(3);
    expect(reasks.inLastHour(HOUR_MS + 1)).toBe(1);
  });

  it('forgets what is older than an hour', () => {
    const reasks = new Reasks();
    reasks.add(101, 0);
    reasks.add(101, HOUR_MS);
    expect(reasks.of(101)).toBe(1);
  });
});

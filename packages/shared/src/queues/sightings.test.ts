import { describe, expect, it } from '@jest/globals';
import { type AgeBounds, plausible, Sightings } from './sightings.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-07-01T12:00:00Z');
const UNKNOWN: AgeBounds = { leastMs: 0, mostMs: Number.POSITIVE_INFINITY };

describe('Timepoint, estimating the age of a value of another process,', () => {
  it('believes the clock of the other as long as nothing speaks against it', () => {
    expect(plausible(NOW - 4_000, NOW, UNKNOWN)).toBe(NOW - 4_000);
    expect(plausible(NOW - HOUR, NOW, UNKNOWN)).toBe(NOW - HOUR);
    expect(plausible(NOW + 300, NOW, UNKNOWN)).toBe(NOW + 300);
  });

  it('takes a moment in the future for now, and lets it grow old', () => {
    expect(plausible(NOW + HOUR, NOW, UNKNOWN)).toBe(NOW);
    expect(plausible(NOW + HOUR, NOW, { leastMs: 31_000, mostMs: Number.POSITIVE_INFINITY })).toBe(
      NOW - 31_000,
    );
  });

  it('knows that what was not there a moment ago is no hour old', () => {
    expect(plausible(NOW - HOUR, NOW, { leastMs: 0, mostMs: 5_000 })).toBe(NOW - 5_000);
  });

  it('bounds an age by when a value, and the one before it, was seen', () => {
    let clock = 0;
    const sightings = new Sightings(() => clock);
    const see = (at: number, value: string) => {
      clock = at;
      return sightings.see('companies', value);
    };
    expect(see(1_000, 'a')).toEqual(UNKNOWN);
    expect(see(4_000, 'a')).toEqual({ leastMs: 3_000, mostMs: Number.POSITIVE_INFINITY });
    expect(see(6_000, 'b')).toEqual({ leastMs: 0, mostMs: 2_000 });
    expect(see(40_000, 'b')).toEqual({ leastMs: 34_000, mostMs: 36_000 });
    expect(sightings.see('filings', 'b')).toEqual(UNKNOWN);
  });
});

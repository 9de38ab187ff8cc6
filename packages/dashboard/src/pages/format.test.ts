import { describe, expect, it } from '@jest/globals';
import { formatAgo, formatCount, formatRate, formatSeconds, formatTimepoint, plural } from './format.ts';

describe('Timepoint, writing figures for people,', () => {
  it('sets apart thousands, but never in a timepoint, which is written in commands', () => {
    expect([formatCount(1234567), formatCount(null), formatCount(undefined)]).toEqual([
      '1,234,567',
      '–',
      '–',
    ]);
    expect([formatTimepoint(22000001), formatTimepoint(null)]).toEqual(['22000001', '–']);
    expect([plural(1, 'letter'), plural(2000, 'letter'), plural(2, 'company', 'companies')]).toEqual([
      '1 letter',
      '2,000 letters',
      '2 companies',
    ]);
  });

  it('gives rates and times in a size that can be read', () => {
    expect([formatRate(12.345), formatRate(0), formatRate(null)]).toEqual(['12.3', '0.0', '–']);
    const seconds = [0.0084, -1, 1.94, 45, 720, null, undefined].map(formatSeconds);
    expect(seconds).toEqual(['8 ms', '0 ms', '1.9 s', '45 s', '12 min', '–', '–']);
    expect(formatAgo(5_000, 2_000).toString()).toContain('>0 s</time>');
  });
});

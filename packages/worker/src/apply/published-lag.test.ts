import { describe, expect, it } from '@jest/globals';
import { publishedLag } from './published-lag.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');

describe('Timepoint, measuring how late an event is,', () => {
  it('measures the time since its publication, and counts a clock that is a little ahead as no time', () => {
    expect(publishedLag('2026-07-01T11:59:57.500000Z', NOW)).toBe(2.5);
    expect(publishedLag('2026-07-01T12:00:20.000000Z', NOW)).toBe(0);
    expect(publishedLag('2026-06-29T12:00:00.000000Z', NOW)).toBe(2 * 86_400);
  });

  it('measures nothing when the time is missing or can not be true', () => {
    for (const absurd of [
      null,
      'never',
      '2026-07-01T13:00:00Z',
      '1970-01-01T00:00:00Z',
      '9999-01-01T00:00:00Z',
    ])
      expect(publishedLag(absurd, NOW)).toBeNull();
  });
});

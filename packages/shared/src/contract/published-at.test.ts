import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePublishedAt } from './published-at.ts';

describe('Timepoint, reading published_at,', () => {
  it.each([
    ['2021-01-22T17:03:03', '2021-01-22T17:03:03.000000Z'],
    ['2023-11-03T22:13:03.742120Z', '2023-11-03T22:13:03.742120Z'],
    ['2023-07-03T22:13:03.742120+01:00', '2023-07-03T21:13:03.742120Z'],
    ['2023-07-03T22:13:03.5', '2023-07-03T22:13:03.500000Z'],
    ['2024-02-29T00:00:00', '2024-02-29T00:00:00.000000Z'],
  ])('understands the form %s', (text, utc) => {
    expect(parsePublishedAt(text)).toBe(utc);
  });

  it.each([
    '2021-02-30T00:00:00',
    '2021-13-01T00:00:00',
    '2021-01-01T25:00:00',
    '0000-01-01T00:00:00',
    '2021-01-01 00:00:00',
    '2021-01-01T00:00:00+99:00',
    '2021-01-01T00:00:00+25:00',
    '2021-01-01T24:00:00',
    '2016-12-31T23:59:60Z',
    '9999-12-31T23:59:59-01:00',
    '-2021-01-01T00:00:00',
    '+12021-01-01T00:00:00Z',
    '999999999999-01-01T00:00:00Z',
    '2021-01-01T00:00:00\u0000',
    9e99,
    {},
    ['2021-01-01T00:00:00'],
    '',
    1611335583,
    null,
    undefined,
  ])('gives null for %p', (value) => {
    expect(parsePublishedAt(value)).toBeNull();
  });

  it('reads back every instant that it can write', () => {
    const instants = fc.date({
      min: new Date('1000-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(Date.parse(parsePublishedAt(date.toISOString()) ?? '')).toBe(date.getTime());
      }),
    );
  });
});

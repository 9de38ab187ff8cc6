import { describe, expect, it } from '@jest/globals';
import { streamNamed } from './streams.ts';
import { parseTimepoint } from './timepoint.ts';

describe('Timepoint, knowing its streams,', () => {
  it('finds a declaration by name', () => {
    expect(streamNamed('companies')).toMatchObject({ path: '/companies', table: 'companies' });
  });

  it('explains a name that is none', () => {
    expect(() => streamNamed('nonsense')).toThrow('"nonsense" is not a stream');
  });

  it.each([
    [0, 0],
    ['007', 7],
    [2 ** 53, null],
    [-1, null],
    ['1e3', null],
    [true, null],
  ])('reads %p as timepoint %p', (value, timepoint) => {
    expect(parseTimepoint(value)).toBe(timepoint);
  });
});

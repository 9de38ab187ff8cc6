import { describe, expect, it } from '@jest/globals';
import { isFileDay, toApiDay } from './calendar-day.ts';

describe('Timepoint, reading days of the company file,', () => {
  it.each(['31/12/1999', '29/02/2024', '29/02/2000', '28/02/1900', '30/04/2021', '01/01/0001'])(
    'takes %s',
    (text) => expect(isFileDay(text)).toBe(true),
  );

  it.each([
    '29/02/2023',
    '29/02/1900',
    '31/04/2021',
    '32/01/2021',
    '00/01/2021',
    '01/00/2021',
    '01/13/2021',
    '01/01/0000',
    '29/02/0000',
    '1/1/2021',
    '2021-01-01',
    '01/01/21',
    '01/01/2021 ',
    '01-01-2021',
    'aa/bb/cccc',
    '01/01/20２1',
    '+1/01/2021',
  ])('does not take %s for a day', (text) => expect(isFileDay(text)).toBe(false));

  it('has the usual calendar', () => {
    const differing: string[] = [];
    for (let time = Date.UTC(1896, 0, 1); time < Date.UTC(2105, 0, 1); time += 86_400_000) {
      const day = new Date(time).toISOString().slice(0, 10);
      const text = day.split('-').toReversed().join('/');
      if (!isFileDay(text) || toApiDay(text) !== day) differing.push(day);
    }
    expect(differing).toEqual([]);
  });
});

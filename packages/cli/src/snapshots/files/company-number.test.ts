import { describe, expect, it } from '@jest/globals';
import { parseCompanyNumber } from './company-number.ts';

describe('Timepoint, reading company numbers of files,', () => {
  it.each([
    ['09876543', '09876543'],
    ['sc123456', 'SC123456'],
    ['IP10067R', 'IP10067R'],
    ['9876543', '09876543'],
    ['123456', '00123456'],
    ['7', '00000007'],
    ['OE1234', 'OE1234'],
    ['1234567890', '1234567890'],
  ])('makes of %s %s', (text, number) => expect(parseCompanyNumber(text)).toBe(number));

  it.each(['', 'SC123', 'SC12345678X', '12345678901', '0987 543', '0987/543', 'ＳＣ123456', ' 09876543'])(
    'takes "%s" for none',
    (text) => expect(parseCompanyNumber(text)).toBeNull(),
  );
});

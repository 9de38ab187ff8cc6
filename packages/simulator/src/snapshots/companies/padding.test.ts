import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createWords } from '../../world/words.ts';
import { createWorld } from '../../world/world.ts';
import { createPadding } from './padding.ts';
import { createPaddingNumbers, MOST_PADDING } from './padding-numbers.ts';

describe("Timepoint's simulator invents companies for a file", () => {
  it('each with its own number, up to the last one', () => {
    const numberOf = createPaddingNumbers(1);
    const COUNT = 200_000;
    for (const start of [0, MOST_PADDING - COUNT]) {
      const numbers = Array.from({ length: COUNT }, (_, index) => numberOf(start + index).companyNumber);
      expect(new Set(numbers).size).toBe(COUNT);
      expect(numbers.every((number) => /^(\d{8}|[A-Z]{2}\d{6})$/.test(number))).toBe(true);
    }
  });

  it('that the world does not have, for every seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (ofWorld, ofPadding) => {
        const world = createWorld(ofWorld, ['companies']);
        const generated = new Set(Array.from({ length: 2_000 }, () => world.next().companyNumber));
        const numberOf = createPaddingNumbers(ofPadding);
        for (let index = 0; index < 2_000; index += 1)
          expect(generated.has(numberOf(index).companyNumber)).toBe(false);
      }),
      { numRuns: 10 },
    );
  });

  it('by index alone, independent of earlier ones', () => {
    const words = createWords(3);
    fc.assert(
      fc.property(fc.nat({ max: MOST_PADDING - 1 }), fc.nat({ max: 1_000 }), (index, other) => {
        const padding = createPadding(3, words);
        padding(other);
        expect(padding(index)).toEqual(createPadding(3, words)(index));
      }),
      { numRuns: 20 },
    );
  });

  it('whose days are in order and in the calendar', () => {
    const padding = createPadding(2, createWords(2));
    for (let index = 0; index < 20_000; index += 1) {
      const { date_of_creation: created, accounts, previous_company_names: names } = padding(index).company;
      const { made_up_to = created } = accounts?.last_accounts ?? {};
      expect(made_up_to >= created && (accounts?.next_due ?? '2099') > made_up_to).toBe(true);
      for (const { ceased_on, effective_from = '' } of names ?? []) {
        expect(effective_from >= created && ceased_on >= effective_from).toBe(true);
      }
    }
  });
});

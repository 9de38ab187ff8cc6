import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRandom } from '../random.ts';
import { invalidLine } from './invalid-line.ts';
import { planLine } from './plan.ts';
import { faultsSchema } from './schema.ts';

const plans = (faults: object, count: number) => {
  const random = createRandom(3);
  return Array.from({ length: count }, () => planLine(faultsSchema.parse(faults), random));
};

describe("Timepoint's simulator plans faults", () => {
  it('with the given rates', () => {
    const planned = plans({ malformedRate: 0.2, disconnectRate: 0.1 }, 10_000);
    expect(planned.filter(({ before }) => before.includes('invalid')).length / 10_000).toBeCloseTo(0.2, 1);
    const endings = Map.groupBy(planned, ({ ending }) => ending);
    expect((endings.get('cut-tail')?.length ?? 0) / 10_000).toBeCloseTo(0.05, 1);
    expect((endings.get('destroy')?.length ?? 0) / 10_000).toBeCloseTo(0.05, 1);
    expect(endings.has('end')).toBe(false);
  });

  it('the same for the same seed, and one rate does not shift what another one does', () => {
    const invalidIn = (faults: object) => plans(faults, 500).map(({ before }) => before.includes('invalid'));
    expect(invalidIn({ malformedRate: 0.3 })).toEqual(invalidIn({ malformedRate: 0.3 }));
    expect(invalidIn({ malformedRate: 0.3, duplicateRate: 0.9, endRate: 0.5 })).toEqual(
      invalidIn({ malformedRate: 0.3 }),
    );
  });

  it('that repeat a line or send an older one', () => {
    const planned = plans({ duplicateRate: 1 }, 100);
    expect(planned.every(({ before, isRepeated }) => before.includes('older') !== isRepeated)).toBe(true);
    expect(new Set(planned.map(({ isRepeated }) => isRepeated)).size).toBe(2);
  });

  it('whose invalid line is one line, never blank and never an event', () => {
    const line = Buffer.from('{"event":{"timepoint":1}}\n');
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const bytes = invalidLine(line, createRandom(seed));
        expect(bytes.includes('\n')).toBe(false);
        expect(bytes.toString().trim()).not.toBe('');
        expect(() => expect(JSON.parse(bytes.toString())).toHaveProperty('event')).toThrow();
      }),
    );
  });
});

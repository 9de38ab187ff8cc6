import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  describeTimepoint,
  EPOCH_STEP,
  epochBaseOf,
  epochOf,
  publishedTimepoint,
  storedTimepoint,
} from './epoch.ts';

describe('Timepoint, when the publisher counts anew,', () => {
  it('stores timepoints that grow and give back both the epoch and what the publisher calls them', () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: EPOCH_STEP - 1 }));
    fc.assert(
      fc.property(place, place, ([epoch, published], [other, later]) => {
        const stored = storedTimepoint(published, epoch * EPOCH_STEP) ?? Number.NaN;
        expect([epochOf(stored), publishedTimepoint(stored)]).toEqual([epoch, published]);
        expect(epochBaseOf(stored)).toBe(epoch * EPOCH_STEP);
        const otherStored = storedTimepoint(later, other * EPOCH_STEP) ?? Number.NaN;
        if (epoch !== other) expect(stored < otherStored).toBe(epoch < other);
      }),
    );
  });

  it('takes no timepoint that would lie in the next epoch', () => {
    expect(storedTimepoint(EPOCH_STEP - 1, 0)).toBe(EPOCH_STEP - 1);
    expect(storedTimepoint(EPOCH_STEP, 0)).toBeNull();
    expect(storedTimepoint(1, 9_008 * EPOCH_STEP)).toBeNull();
  });

  it('shows both numbers, once there are two', () => {
    expect(describeTimepoint(22_000_005)).toBe('22000005');
    expect(describeTimepoint(2 * EPOCH_STEP + 5)).toBe('2000000000005 (5 of epoch 2)');
  });
});

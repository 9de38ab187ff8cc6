// When the publisher counts a stream anew, its timepoints are low again, and every event would seem old. A stored
// timepoint is therefore the publisher's plus the base of its epoch, a multiple of 10^12, so stored timepoints keep
// growing. Example: 22000500 is of epoch 0. When the count begins anew, timepoint 5 is stored as 1000000000005, and the
// next time as 2000000000005. A stored timepoint contains its epoch, so a late job of an old epoch stays older.
import { parseTimepoint, type Timepoint } from './timepoint.ts';

/** Far above the publisher's timepoints (2.3e8 in 2026), and thousands of epochs fit into a safe integer. */
export const EPOCH_STEP = 1_000_000_000_000;

/** The publisher's timepoint of a stored one, with which the stream is requested. */
export function publishedTimepoint(stored: number): Timepoint {
  return (stored % EPOCH_STEP) as Timepoint;
}

/** The base of the epoch of a stored timepoint; 0 before the first count anew. */
export function epochBaseOf(stored: number): number {
  return stored - publishedTimepoint(stored);
}

/** The epoch of a stored timepoint: how often the publisher had counted anew. */
export function epochOf(stored: number): number {
  return epochBaseOf(stored) / EPOCH_STEP;
}

/** The stored timepoint of a timepoint of the publisher; null for one that is too high to be real. */
export function storedTimepoint(published: number, base: number): Timepoint | null {
  return published < EPOCH_STEP ? parseTimepoint(base + published) : null;
}

/** Formats a stored timepoint for people: `22000005`, or `1000000000005 (5 of epoch 1)`. */
export function describeTimepoint(stored: number): string {
  const epoch = epochOf(stored);
  return epoch === 0 ? `${stored}` : `${stored} (${publishedTimepoint(stored)} of epoch ${epoch})`;
}

// When the publisher counts a stream anew, its timepoints are low again, and everything would count as old. So a stored
// timepoint is the publisher's plus the base of its epoch, a multiple of 10^12: stored timepoints go on growing.
// Example: 22000500 is of epoch 0; when the count begins anew its 5 is stored as 1000000000005, and once more as
// 2000000000005. A stored timepoint says by itself which epoch it is of, so a late job of an old one stays older.
import { parseTimepoint, type Timepoint } from './timepoint.ts';

/** Far above what a publisher counts to (2.3e8 in 2026), and thousands of epochs fit into a safe integer. */
export const EPOCH_STEP = 1_000_000_000_000;

/** The publisher's timepoint of a stored one, as it must be asked for. */
export function publishedTimepoint(stored: number): Timepoint {
  return (stored % EPOCH_STEP) as Timepoint;
}

/** What is added to the publisher's timepoints of the epoch of a stored one; 0 before any count began anew. */
export function epochBaseOf(stored: number): number {
  return stored - publishedTimepoint(stored);
}

/** How often the count had begun anew. */
export function epochOf(stored: number): number {
  return epochBaseOf(stored) / EPOCH_STEP;
}

/** The stored timepoint of the publisher's; null for one that no publisher can have reached. */
export function storedTimepoint(published: number, base: number): Timepoint | null {
  return published < EPOCH_STEP ? parseTimepoint(base + published) : null;
}

/** A stored timepoint for people: `22000005`, or `1000000000005 (5 of epoch 1)`. */
export function describeTimepoint(stored: number): string {
  const epoch = epochOf(stored);
  return epoch === 0 ? `${stored}` : `${stored} (${publishedTimepoint(stored)} of epoch ${epoch})`;
}

import type { Timepoint } from '@timepoint/shared/contract/timepoint';

/** A longer jump may be a wrong number: events that follow must confirm it. A day of filings has 92,000 events. */
export const MAX_JUMP = 100_000;
/** How many events after a jump must agree with it. */
const CONFIRMED_BY = { short: 1, long: 3 } as const;

/** Events after a jump that is not confirmed yet. */
export interface Chain {
  readonly from: Timepoint;
  readonly last: Timepoint;
  readonly events: number;
  /** The index of its first event among the held lines. */
  readonly index: number;
}

/** The chain with one event more. An event that does not agree begins another chain, at `index`. Pure, as all here. */
export function withEvent(chain: Chain | null, timepoint: Timepoint, index: number): Chain {
  const isNear = chain !== null && timepoint > chain.last && timepoint - chain.last <= MAX_JUMP;
  return isNear
    ? { ...chain, last: timepoint, events: chain.events + 1 }
    : { from: timepoint, last: timepoint, events: 1, index };
}

/** Whether the chain begins near the last timepoint in sequence. */
export function isShort({ from }: Chain, last: Timepoint | null): boolean {
  return last !== null && from - last - 1 <= MAX_JUMP;
}

/** Whether enough events agree with the first of the chain. */
export function isConfirmed(chain: Chain, last: Timepoint | null): boolean {
  return chain.events > (isShort(chain, last) ? CONFIRMED_BY.short : CONFIRMED_BY.long);
}

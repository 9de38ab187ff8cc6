// The publisher counts a stream anew at a low number: what we ask for is answered with its oldest event, or refused and
// then read live. Resume is inclusive, so a server that counts on never sends an event far below the one asked for.
// Example: asked for 22000500 it sends 17 and 18: it counts anew. It sends 17 and 22000500: the 17 is a stray line.
import type { Timepoint } from '@timepoint/shared/contract/timepoint';

/** Events may be repeated from shortly before the position; a restart of the count is far below it. */
const FAR_EVENTS = 1_000;
/** On a stream that has few events yet, half of its position is far. */
const FAR_SHARE = 0.5;

export type LowEvent =
  /** Nothing of it is strange. */
  | { readonly kind: 'in-place' }
  /** Far below the position, and the first of its kind: the next event decides. */
  | { readonly kind: 'low' }
  | { readonly kind: 'counted-anew'; readonly asked: number; readonly seen: readonly number[] };

/** Watches one connection for events far below the position, given in stored timepoints. */
export class CountWatch {
  readonly #base: number;
  #hasBeenInPlace = false;
  #low: number | null = null;

  constructor(base: number) {
    this.#base = base;
  }

  /**
   * @param position where the stream stands, which a number that is far too high does not move; null when nothing of it was
   * ever read.
   */
  take(timepoint: Timepoint, position: number | null): LowEvent {
    if (position === null || !isFarBelow(timepoint - this.#base, position - this.#base)) {
      this.#low = null;
      this.#hasBeenInPlace = true;
      return { kind: 'in-place' };
    }
    const before = this.#low;
    this.#low = timepoint;
    return before !== null && this.#follows(timepoint, before)
      ? { kind: 'counted-anew', asked: position, seen: [before, timepoint] }
      : { kind: 'low' };
  }

  /** In the middle of a connection old events may be repeated, so there they must follow each other without a gap. */
  #follows(timepoint: number, before: number): boolean {
    return this.#hasBeenInPlace ? timepoint === before + 1 : timepoint > before;
  }
}

function isFarBelow(timepoint: number, position: number): boolean {
  return timepoint < position - Math.min(FAR_EVENTS, position * FAR_SHARE);
}

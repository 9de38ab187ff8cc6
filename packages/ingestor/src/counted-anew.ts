// The publisher counts a stream anew from a low number: it answers our request with its oldest event, or refuses it and
// the stream is read live. Resume is inclusive, so a server that counts on never sends an event far below the request.
// Example: asked for 22000500 it sends 17 and 18: it counts anew. It sends 17 and 22000500: the 17 is a stray line.
import type { Timepoint } from '@timepoint/shared/contract/timepoint';

/** Repeated events come from shortly before the position; a restart of the count is further below it than this. */
const FAR_EVENTS = 1_000;
/** On a stream that has few events yet, half of its position is far. */
const FAR_SHARE = 0.5;

export type LowEvent =
  /** The event is near or above the position. */
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

  /** Whether an event came that is near or above the position. */
  get hasBeenInPlace(): boolean {
    return this.#hasBeenInPlace;
  }

  /**
   * @param position the position of the stream, which a number that is far too high does not move; null when nothing of the
   * stream was ever read.
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

  /** In the middle of a connection old events may be repeated, so there two must follow each other without a gap. */
  #follows(timepoint: number, before: number): boolean {
    return this.#hasBeenInPlace ? timepoint === before + 1 : timepoint > before;
  }
}

function isFarBelow(timepoint: number, position: number): boolean {
  return timepoint < position - Math.min(FAR_EVENTS, position * FAR_SHARE);
}

// Lines that wait for their place, bounded in number and in bytes. Where lines are read past, those beyond the bounds
// are counted and left out: a page of a million lines is recorded by its beginning.
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { type Line, MAX_LINE_BYTES } from './lines.ts';

export interface HeldLine {
  readonly line: Line;
  /** The timepoint that it names, which nothing confirms yet; null when it names none. */
  readonly timepoint: Timepoint | null;
  /** The publisher's error message, which never stands for an event. */
  readonly isError: boolean;
}

/** Most lines in a row without a place; a connection with more of them is not a stream. */
export const MAX_HELD_LINES = 100;
/** The longest line alone must fit, so that its neighbours can give it its place. */
export const MAX_HELD_BYTES = MAX_LINE_BYTES;
/** Most lines in a row that are read past without being kept. No stream follows after more of them. */
const MAX_LEFT_OUT_LINES = 10_000;

export class Held {
  #held: HeldLine[] = [];
  #bytes = 0;
  #leftOut = 0;

  get lines(): readonly Line[] {
    return this.#held.map(({ line }) => line);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many timepoints the held lines can stand for; none when that is not certain. */
  get places(): number {
    return this.#leftOut > 0 || this.#held.some(({ isError }) => isError) ? 0 : this.#held.length;
  }

  /** Keeps a line. False when it can't, and may not be left out. */
  add(held: HeldLine, canLeaveOut: boolean): boolean {
    const isFull = this.#held.length >= MAX_HELD_LINES || this.#bytes + held.line.bytes > MAX_HELD_BYTES;
    if (isFull && this.#held.length > 0) {
      this.#leftOut += 1;
      return canLeaveOut && this.#leftOut <= MAX_LEFT_OUT_LINES;
    }
    this.#held.push(held);
    this.#bytes += held.line.bytes;
    return true;
  }

  /** Takes out the lines from an index on. */
  takeFrom(index: number): HeldLine[] {
    const taken = this.#held.splice(index);
    this.#bytes = this.#held.reduce((sum, { line }) => sum + line.bytes, 0);
    if (index === 0) this.#leftOut = 0;
    return taken;
  }
}

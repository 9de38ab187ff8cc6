// Decides, line by line, what follows without a gap. The publisher counts each stream without gaps, so a jump
// is a lost event. Example: after 101 the lines 102, <garbage>, 104 are whole, as the garbage must be 103;
// the lines 102, 105 have a hole, (102, 104], for which the stream is asked again before it is accepted.
import { glance } from '@timepoint/shared/envelope';
import type { Hole } from '@timepoint/shared/job';
import { shift, type Timepoint } from '@timepoint/shared/timepoint';

/** Lines that belong together and where they leave the stream: everything up to `upTo` is held. */
export interface Advance {
  readonly lines: readonly string[];
  readonly upTo: Timepoint;
  /** Recorded and read past, as asking again did not bring it. */
  readonly hole?: Hole;
}

export type Step =
  | { readonly kind: 'advance'; readonly advance: Advance }
  /** Kept back until the next event gives the line its place. */
  | { readonly kind: 'held' }
  | {
      readonly kind: 'hole';
      readonly after: Timepoint;
      readonly upTo: Timepoint;
      readonly cause: 'jump' | 'late-start';
    }
  | { readonly kind: 'error-line'; readonly message: string };

/** A hole that may be read past if it comes up again. */
export interface AcceptedHole {
  readonly after: number;
  readonly cause: Hole['cause'];
  readonly attempts: number;
}

export interface SequenceStart {
  /** The last timepoint held without a gap, or null when nothing of the stream was ever read. */
  readonly held: Timepoint | null;
  readonly accepted: AcceptedHole | null;
}

/** The state of one connection: the last timepoint in sequence, and lines that wait for their place. */
export class Sequence {
  #last: Timepoint | null;
  readonly #accepted: AcceptedHole | null;
  #isFirst = true;
  #held: string[] = [];

  constructor({ held, accepted }: SequenceStart) {
    this.#last = held;
    this.#accepted = accepted;
  }

  /** The last timepoint in sequence; null before the first event of a stream's history with us. */
  get last(): Timepoint | null {
    return this.#last;
  }

  /** How many lines wait for their place. */
  get heldCount(): number {
    return this.#held.length;
  }

  take(line: string): Step {
    const seen = glance(line);
    switch (seen.kind) {
      case 'error':
        return { kind: 'error-line', message: seen.message };
      case 'unreadable':
        this.#held.push(line);
        return { kind: 'held' };
      case 'event':
        return this.#takeEvent(line, seen.timepoint);
    }
  }

  /** Gives held lines the next timepoints, when no event comes to tell better. Null when there are none. */
  settle(): Advance | null {
    if (this.#held.length === 0 || this.#last === null) return null;
    const lines = this.#held.splice(0);
    return this.#advance(lines, shift(this.#last, lines.length));
  }

  #takeEvent(line: string, timepoint: Timepoint): Step {
    const after = this.#last ?? shift(timepoint, -1);
    const missing = timepoint - after - 1;
    const isHole = missing > 0 && missing !== this.#held.length;
    const accepted = this.#accepted?.after === after ? this.#accepted : null;
    const upTo = shift(timepoint, -1);
    if (isHole && accepted === null) {
      return { kind: 'hole', after, upTo, cause: this.#isFirst ? 'late-start' : 'jump' };
    }
    this.#isFirst = false;
    const lines = [...this.#held.splice(0), line];
    const hole = isHole && accepted ? { ...accepted, after, upTo } : undefined;
    // An event at or before the last one is a repetition: it is kept, but the position does not go back.
    return { kind: 'advance', advance: this.#advance(lines, timepoint > after ? timepoint : after, hole) };
  }

  #advance(lines: readonly string[], upTo: Timepoint, hole?: Hole): Advance {
    this.#last = upTo;
    return hole === undefined ? { lines, upTo } : { lines, upTo, hole };
  }
}

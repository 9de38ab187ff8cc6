// Decides, line by line, what follows without a gap. The publisher counts each stream without gaps, so a jump
// is a lost event. Example: after 101 the lines 102, <garbage>, 104 are whole, as the garbage must be 103;
// the lines 102, 105 have a hole, (102, 104], for which the stream is asked again before it is accepted.
// A line gets a place only between two events of one connection. Until then it is held. Lines that are held when the
// connection ends are dropped: the position has not moved, so they are read again.
import { type Glance, glance } from '@timepoint/shared/contract/envelope';
import { epochBaseOf, storedTimepoint } from '@timepoint/shared/contract/epoch';
import type { Hole } from '@timepoint/shared/contract/job';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { Held } from './held.ts';
import type { Line } from './lines.ts';

/** A line that has its place in the sequence. */
export interface SequencedLine extends Line {
  /** It names a timepoint that the events around it contradict, so it is no event. */
  readonly isMisnumbered?: boolean;
}

/** Lines that belong together, and the position after them: everything up to `upTo` is held. */
export interface Advance {
  readonly lines: readonly SequencedLine[];
  readonly upTo: Timepoint;
  /** Recorded and read past, because asking again did not bring its events. */
  readonly hole?: Hole;
}

/** All but `advance` and `held` end the connection. */
export type Step =
  | { readonly kind: 'advance'; readonly advance: Advance }
  /** Kept back until events that follow give the line its place. */
  | { readonly kind: 'held' }
  | {
      readonly kind: 'hole';
      readonly after: Timepoint;
      readonly upTo: Timepoint;
      readonly cause: 'jump' | 'late-start';
    }
  | { readonly kind: 'error-line'; readonly message: string }
  /** More lines in a row than can be held are no events of this stream. `text` is the first of them. */
  | { readonly kind: 'not-a-stream'; readonly text: string };

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
  /** The first event of a history that an earlier connection brought and nothing confirmed. */
  readonly candidate?: Timepoint | null;
  /** Lines that are no events are read past, until the first new event: they came at three tries. */
  readonly canReadPast?: boolean;
}

/** A longer jump may be a wrong number: events that follow must confirm it. A day of filings has 92,000 events. */
export const MAX_JUMP = 100_000;
/** How many events after a jump must agree with it. */
const CONFIRMED_BY = { short: 1, long: 3 } as const;

/** Events after a jump that is not confirmed yet. */
interface Chain {
  readonly from: Timepoint;
  readonly last: Timepoint;
  readonly events: number;
  /** The index of its first event among the held lines. */
  readonly index: number;
}

/** The state of one connection: the last timepoint in sequence, and lines that wait for their place. */
export class Sequence {
  #last: Timepoint | null;
  readonly #start: SequenceStart;
  /** Added to the timepoints of lines. All other timepoints here are stored ones. */
  readonly #base: number;
  #isFirst = true;
  #canReadPast: boolean;
  readonly #held = new Held();
  #chain: Chain | null = null;
  #confirmed: Timepoint | null = null;

  constructor(start: SequenceStart) {
    this.#last = start.held;
    this.#start = start;
    this.#base = start.held === null ? 0 : epochBaseOf(start.held);
    this.#canReadPast = start.canReadPast ?? false;
  }

  /** The last timepoint in sequence; null before the first event of our history of the stream. */
  get last(): Timepoint | null {
    return this.#last;
  }

  /** Whether no event came yet on this connection. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** Lines that wait for their place. */
  get held(): readonly Line[] {
    return this.#held.lines;
  }

  get heldBytes(): number {
    return this.#held.bytes;
  }

  /** Whether lines that are no events are read past now. */
  get canReadPast(): boolean {
    return this.#canReadPast;
  }

  /** The first event of a history, as long as nothing confirms its number. */
  get candidate(): Timepoint | null {
    return this.#last === null ? (this.#chain?.from ?? null) : null;
  }

  /** What a line is, with its stored timepoint. */
  look({ text }: Line): Glance {
    const seen = glance(text);
    if (seen.kind !== 'event') return seen;
    const timepoint = storedTimepoint(seen.timepoint, this.#base);
    return timepoint === null ? { kind: 'unreadable' } : { kind: 'event', timepoint };
  }

  take(line: Line, seen: Glance = this.look(line)): readonly Step[] {
    if (seen.kind === 'event') return this.#takeEvent(line, seen.timepoint);
    const isError = seen.kind === 'error';
    if (isError && !this.#canReadPast) return [{ kind: 'error-line', message: seen.message }];
    return [this.#hold(line, null, isError)];
  }

  /** A heartbeat came, so nothing follows now: an event that contradicts a short jump would have come before it. */
  rest(): readonly Step[] {
    return this.#chain !== null && this.#isShort(this.#chain) ? this.#confirm(this.#chain) : [];
  }

  #takeEvent(line: Line, timepoint: Timepoint): readonly Step[] {
    if (this.#last !== null && timepoint <= this.#last) return [this.#repeat(line, this.#last)];
    return this.#isDoubtful(timepoint) ? this.#doubt(line, timepoint) : [this.#follow(line, timepoint)];
  }

  /**
   * An event at or before the last one is a repetition: it is kept, but the position does not go back. Held lines stay
   * held. The first event of a connection comes here when it lies below the one that was asked for.
   */
  #repeat(line: Line, last: Timepoint): Step {
    this.#isFirst = false;
    return { kind: 'advance', advance: { lines: [line], upTo: last } };
  }

  /** Whether the number may be wrong, so that the next events must confirm it. */
  #isDoubtful(timepoint: Timepoint): boolean {
    if (timepoint === this.#confirmed) return false;
    if (this.#last === null) return timepoint > MAX_JUMP && !this.#isCandidate(timepoint);
    return this.#isHole(timepoint) && (timepoint - this.#last - 1 > MAX_JUMP || this.#isAccepted(this.#last));
  }

  /** A first event that the publisher delivers again when asked for it has the right number. */
  #isCandidate(timepoint: Timepoint): boolean {
    const { candidate } = this.#start;
    return candidate != null && timepoint >= candidate && timepoint - candidate <= MAX_JUMP;
  }

  #isHole(timepoint: Timepoint): boolean {
    const missing = timepoint - (this.#last ?? timepoint - 1) - 1;
    return missing > 0 && (this.#isFirst || missing !== this.#held.places);
  }

  #isAccepted(after: Timepoint): boolean {
    return this.#start.accepted?.after === after;
  }

  #doubt(line: Line, timepoint: Timepoint): readonly Step[] {
    const held = this.#hold(line, timepoint);
    if (held.kind !== 'held') return [held];
    const before = this.#chain;
    const isNear = before !== null && timepoint > before.last && timepoint - before.last <= MAX_JUMP;
    const chain = isNear
      ? { ...before, last: timepoint, events: before.events + 1 }
      : { from: timepoint, last: timepoint, events: 1, index: this.#held.lines.length - 1 };
    this.#chain = chain;
    const needed = this.#isShort(chain) ? CONFIRMED_BY.short : CONFIRMED_BY.long;
    return chain.events > needed ? this.#confirm(chain) : [held];
  }

  #isShort({ from }: Chain): boolean {
    return this.#last !== null && from - this.#last - 1 <= MAX_JUMP;
  }

  /** Takes the held events of a chain again, now that they are confirmed. */
  #confirm({ from, index }: Chain): readonly Step[] {
    this.#chain = null;
    this.#confirmed = from;
    const steps: Step[] = [];
    for (const { line, timepoint, isError } of this.#held.takeFrom(index)) {
      const taken = timepoint === null ? [this.#hold(line, null, isError)] : this.#takeEvent(line, timepoint);
      steps.push(...taken);
      if (taken.some(({ kind }) => kind !== 'advance' && kind !== 'held')) break;
    }
    return steps;
  }

  #follow(line: Line, timepoint: Timepoint): Step {
    const after = this.#last ?? shift(timepoint, -1);
    const upTo = shift(timepoint, -1);
    const isHole = this.#isHole(timepoint);
    const accepted = this.#isAccepted(after) ? this.#start.accepted : null;
    if (isHole && accepted === null) {
      return { kind: 'hole', after, upTo, cause: this.#isFirst ? 'late-start' : 'jump' };
    }
    const hole = isHole && accepted ? { ...accepted, after, upTo } : undefined;
    this.#isFirst = false;
    this.#chain = null;
    this.#last = timepoint;
    // The event of the stored position comes again on each connection, and is not new.
    if (this.#start.held === null || timepoint > this.#start.held + 1) this.#canReadPast = false;
    const before = this.#held.takeFrom(0).map((held) => {
      return held.timepoint === null ? held.line : { ...held.line, isMisnumbered: true };
    });
    const lines = [...before, line];
    return {
      kind: 'advance',
      advance: hole === undefined ? { lines, upTo: timepoint } : { lines, upTo: timepoint, hole },
    };
  }

  #hold(line: Line, timepoint: Timepoint | null, isError = false): Step {
    const isHeld = this.#held.add({ line, timepoint, isError }, this.#canReadPast);
    return isHeld ? { kind: 'held' } : { kind: 'not-a-stream', text: this.#held.lines[0]?.text ?? line.text };
  }
}

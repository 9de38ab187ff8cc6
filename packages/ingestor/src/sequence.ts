// Decides, line by line, what follows without a gap. The publisher counts each stream without gaps, so a jump
// is a lost event. Example: after 101 the lines 102, <garbage>, 104 are whole, as the garbage must be 103;
// the lines 102, 105 have a hole, (102, 104], for which the stream is asked again before it is accepted.
// A line gets a place only between two events of one connection. Until then it is held. Lines that are held when the
// connection ends are dropped: the position has not moved, so they are read again. An event far below the position waits
// for the next one, too: the publisher may count anew.
import { type Glance, glance } from '@timepoint/shared/contract/envelope';
import { epochBaseOf, storedTimepoint } from '@timepoint/shared/contract/epoch';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { type Chain, isConfirmed, isShort, MAX_JUMP, withEvent } from './chain.ts';
import { CountWatch } from './counted-anew.ts';
import { ConnectionEnded, type Ending, isPage } from './ending.ts';
import { Held } from './held.ts';
import type { Line } from './lines.ts';
import { type AcceptedHole, type Advance, endingOf, type Step } from './step.ts';

export interface SequenceStart {
  /** The last timepoint held without a gap, or null when nothing of the stream was ever read. */
  readonly held: Timepoint | null;
  readonly accepted: AcceptedHole | null;
  /** The first event of a history that an earlier connection brought and nothing confirmed. */
  readonly candidate?: Timepoint | null;
  /** Lines that are no events are read past, until the first new event: they came at three tries. */
  readonly canReadPast?: boolean;
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
  readonly #count: CountWatch;
  /** An event far below the position, until the next one says what it is. */
  #low: Line | null = null;

  constructor(start: SequenceStart) {
    this.#last = start.held;
    this.#start = start;
    this.#base = start.held === null ? 0 : epochBaseOf(start.held);
    this.#count = new CountWatch(this.#base);
    this.#canReadPast = start.canReadPast ?? false;
  }

  /** The last timepoint in sequence; null before the first event of our history of the stream. */
  get last(): Timepoint | null {
    return this.#last;
  }

  /** Whether an event came that is not far below the position: the publisher does not count anew. */
  get isInPlace(): boolean {
    return this.#count.hasBeenInPlace;
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

  /** Takes the next line, or a heartbeat. */
  take(line: Line): readonly Step[] {
    if (isHeartbeat(line)) return this.rest();
    // No event follows a page that comes instead of a stream; a page in the middle may be read past.
    const isOver = this.#isFirst || !this.#canReadPast;
    if (isOver && isPage(line.text)) return [{ kind: 'not-a-stream', text: line.text }];
    const seen = this.look(line);
    if (seen.kind === 'event') return this.#takeCounted(line, seen.timepoint);
    const isError = seen.kind === 'error';
    if (isError && !this.#canReadPast) return [{ kind: 'error-line', message: seen.message }];
    return [this.#hold(line, null, isError)];
  }

  /** A heartbeat came, so nothing follows now: an event that contradicts a short jump would have come before it. */
  rest(): readonly Step[] {
    return this.#chain !== null && isShort(this.#chain, this.#last) ? this.#confirm(this.#chain) : [];
  }

  /** Takes an event, unless it lies so far below the position that the publisher may count anew. */
  #takeCounted(line: Line, timepoint: Timepoint): readonly Step[] {
    const { held } = this.#start;
    const position = this.#last === null || held === null ? this.#last : Math.max(this.#last, held + 1);
    const count = this.#count.take(timepoint, position);
    if (count.kind === 'counted-anew') return [count];
    const low = this.#low;
    this.#low = count.kind === 'low' ? line : null;
    if (count.kind === 'low') return [{ kind: 'held' }];
    const before = low === null || this.#last === null ? [] : [this.#repeat(low, this.#last)];
    return [...before, ...this.#takeEvent(line, timepoint)];
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
    this.#chain = withEvent(this.#chain, timepoint, this.#held.lines.length - 1);
    return isConfirmed(this.#chain, this.#last) ? this.#confirm(this.#chain) : [held];
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

/** Whether a line is one of the blank ones that the publisher sends to keep a connection open. */
export function isHeartbeat({ text }: Line): boolean {
  return text.trim() === '';
}

/** Sees each line beside the pipe. It counts, reports, or ends the connection. */
export interface Observer {
  /** A line or a heartbeat was taken. @throws ConnectionEnded to end the connection. */
  saw?(line: Line, steps: readonly Step[]): void;
  /** All lines of a chunk were taken. @throws ConnectionEnded to end the connection. */
  sawChunk?(): void;
}

/** Yields what follows in sequence, and returns why the connection ended. */
export async function* sequenced(
  chunks: AsyncIterable<readonly Line[]>,
  sequence: Sequence,
  observers: readonly Observer[],
): AsyncGenerator<Advance, Ending, void> {
  try {
    for await (const chunk of chunks) {
      for (const line of chunk) {
        const steps = sequence.take(line);
        for (const observer of observers) observer.saw?.(line, steps);
        for (const step of steps) {
          if (step.kind === 'advance') yield step.advance;
          else if (step.kind !== 'held') return endingOf(step);
        }
      }
      for (const observer of observers) observer.sawChunk?.();
    }
    return { kind: 'clean' };
  } catch (error) {
    if (error instanceof ConnectionEnded) return error.ending;
    throw error;
  }
}

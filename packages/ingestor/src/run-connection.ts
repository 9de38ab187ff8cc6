import type { Glance } from '@timepoint/shared/contract/envelope';
import { epochBaseOf, publishedTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamJob } from '@timepoint/shared/contract/job';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { CountWatch } from './counted-anew.ts';
import { ConnectionEnded, type Ending, isPage, MAX_SEEN_LENGTH } from './ending.ts';
import { type Line, lines } from './lines.ts';
import { type Destination, endingOfFailure } from './publish.ts';
import { publishBelowMark } from './publish-measured.ts';
import { Publisher } from './publisher.ts';
import { recordUnplaced } from './record-unplaced.ts';
import type { Run, RunOptions } from './run-options.ts';
import { type Advance, Sequence, type Step } from './sequence.ts';
import { canReadPast } from './stuck.ts';

/** Bytes that may wait for the queue; with more, the connection is closed, because a blocked socket would be worse. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** How long an event that begins a history waits for others that confirm its number, in ms. */
const CANDIDATE_MS = 1_000;
/** After connections that brought no stream, heartbeats count only on a connection that has lasted this long, in ms. */
const DOUBT_MS = 60_000;

/**
 * Reads one connection of a stream, from the stored timepoint until it ends, and publishes its lines.
 * The reason of an abort of `signal` is the ending to report.
 */
export async function runConnection(options: RunOptions, signal: AbortSignal): Promise<Run> {
  const abort = new AbortController();
  const stop = AbortSignal.any([signal, abort.signal]);
  const reader = new Reader(options, (ending) => abort.abort(ending));
  const read = await reader.read(stop);
  await reader.drain();
  const ending = stop.aborted ? (stop.reason as Ending) : read;
  const hasRecorded = await reader.recordUnplaced(ending);
  const { events, hasUnplaced, candidate } = reader;
  return { ending, events, hasUnplaced, hasRecorded, candidate };
}

/** Reads the lines of one connection in sequence and hands them to the publisher. */
class Reader {
  events = 0;
  readonly #options: RunOptions;
  readonly #end: (ending: Ending) => void;
  readonly #sequence: Sequence;
  readonly #count: CountWatch;
  /** An event far below the position, until the next one says what it is. */
  #low: Line | null = null;
  readonly #stored: StreamJob;
  readonly #startedAt = performance.now();
  #publisher: Publisher | null;
  #lastEventAt = performance.now();
  /** A heartbeat came that is not reported yet. */
  #isAlive = false;
  #candidateTimer: NodeJS.Timeout | undefined;

  constructor(options: RunOptions, end: (ending: Ending) => void) {
    const { timepoint, origin } = options.streamJob.data;
    // The stored timepoint is delivered again, so the last one held in sequence is the one before.
    const held = timepoint === undefined ? null : shift(timepoint, -1);
    this.#options = options;
    this.#end = end;
    this.#stored = options.streamJob.data;
    const { accepted, candidate, stuck } = options;
    this.#sequence = new Sequence({ held, accepted, candidate, canReadPast: canReadPast(stuck) });
    this.#count = new CountWatch(held === null ? 0 : epochBaseOf(held));
    this.#publisher = held === null ? null : this.#openPublisher(held, origin ?? held);
  }

  get hasUnplaced(): boolean {
    return this.#sequence.held.length > 0;
  }

  get candidate(): Timepoint | null {
    return this.#sequence.candidate;
  }

  async read(stop: AbortSignal): Promise<Ending> {
    const { stream, openConnection, metrics, accepted, reporter, candidate } = this.#options;
    const stored = accepted?.cause === 'expired' ? null : (this.#stored.timepoint ?? candidate);
    const timepoint = stored === null ? null : publishedTimepoint(stored);
    const onOpen = () => {
      reporter.open();
      this.#options.onOpen?.();
    };
    const onBytes = (bytes: number) => {
      reporter.sawBytes();
      metrics.connectionBytes.inc({ stream: stream.name }, bytes);
    };
    try {
      for await (const some of lines(
        openConnection({ path: stream.path, timepoint, onOpen, onBytes }, stop),
      )) {
        for (const line of some) {
          const ending = line.text.trim() === '' ? await this.#takeHeartbeat() : await this.#takeLine(line);
          if (ending !== null) return ending;
        }
        this.#reportLife();
        if (this.#waitingBytes() > MAX_WAITING_BYTES) return { kind: 'buffer-full' };
      }
      return { kind: 'clean' };
    } catch (error) {
      if (error instanceof ConnectionEnded) return error.ending;
      throw error;
    } finally {
      clearTimeout(this.#candidateTimer);
    }
  }

  async drain(): Promise<void> {
    await this.#publisher?.drain();
  }

  #waitingBytes(): number {
    return this.#publisher?.bytes ?? 0;
  }

  /** Records lines that came at three tries and have no place. A stream without a history has nowhere to record them. */
  async recordUnplaced(ending: Ending): Promise<boolean> {
    const { stuck, streamJob } = this.#options;
    const { timepoint, origin } = streamJob.data;
    if (!this.#sequence.canReadPast || stuck?.isRecorded || timepoint === undefined) return false;
    const destination = this.#destination(origin ?? shift(timepoint, -1));
    return recordUnplaced(this.#options, destination, { at: timepoint, held: this.#sequence.held, ending });
  }

  async #takeHeartbeat(): Promise<Ending | null> {
    const { stream, metrics, silenceLimitMs } = this.#options;
    metrics.heartbeatsRead.inc({ stream: stream.name });
    this.#isAlive = true;
    const ending = await this.#takeSteps(this.#sequence.rest());
    if (ending !== null) return ending;
    return performance.now() - this.#lastEventAt > silenceLimitMs ? { kind: 'silent' } : null;
  }

  /** Reports heartbeats, unless they may be the blank lines of a page. */
  #reportLife(): void {
    const { reporter, stuck } = this.#options;
    const isProven = stuck === null || this.events > 0 || performance.now() - this.#startedAt > DOUBT_MS;
    if (this.#isAlive && isProven && !this.hasUnplaced) reporter.sawHeartbeat();
    this.#isAlive = false;
  }

  async #takeLine(line: Line): Promise<Ending | null> {
    const { stream, metrics, reporter } = this.#options;
    metrics.linesRead.inc({ stream: stream.name });
    // No event follows a page that comes instead of a stream; a page in the middle may be read past.
    const isOver = this.#sequence.isFirst || !this.#sequence.canReadPast;
    if (isOver && isPage(line.text))
      return { kind: 'not-a-stream', text: line.text.slice(0, MAX_SEEN_LENGTH) };
    const seen = this.#sequence.look(line);
    if (seen.kind !== 'event') return this.#takeInOrder(line, seen);
    const { timepoint: stored = null } = this.#stored;
    const { last } = this.#sequence;
    const position = last === null || stored === null ? last : Math.max(last, stored);
    const count = this.#count.take(seen.timepoint, position);
    if (count.kind === 'counted-anew') return count;
    const low = this.#low;
    this.#low = count.kind === 'low' ? line : null;
    if (count.kind === 'low') return null;
    reporter.sawInPlace();
    const ending = low === null ? null : await this.#takeInOrder(low, this.#sequence.look(low));
    return ending ?? this.#takeInOrder(line, seen);
  }

  async #takeInOrder(line: Line, seen: Glance): Promise<Ending | null> {
    const ending = await this.#takeSteps(this.#sequence.take(line, seen));
    if (this.#sequence.candidate !== null)
      this.#candidateTimer ??= setTimeout(() => this.#end({ kind: 'unconfirmed' }), CANDIDATE_MS);
    else clearTimeout(this.#candidateTimer);
    return ending;
  }

  async #takeSteps(steps: readonly Step[]): Promise<Ending | null> {
    for (const step of steps) {
      switch (step.kind) {
        case 'error-line':
        case 'hole':
          return step;
        case 'not-a-stream':
          return { kind: 'not-a-stream', text: step.text.slice(0, MAX_SEEN_LENGTH) };
        case 'held':
          break;
        case 'advance':
          if (this.#publisher === null) await this.#begin(step.advance.upTo);
          this.#add(step.advance);
      }
    }
    return null;
  }

  /** Stores where our history of the stream begins, before any of it is published. */
  async #begin(first: Timepoint): Promise<void> {
    const origin = shift(first, -1);
    try {
      const { streamJob } = this.#options;
      await streamJob.updateData({ ...streamJob.data, timepoint: first, origin });
    } catch (error) {
      throw new ConnectionEnded(endingOfFailure(error), error);
    }
    this.#publisher = this.#openPublisher(origin, origin);
  }

  #add(advance: Advance): void {
    const { timepoint } = this.#stored;
    // The event of the stored timepoint is delivered again; it is not new, and neither is an older one.
    if (timepoint === undefined || advance.upTo > timepoint) {
      this.events += 1;
      this.#options.reporter.sawEvent();
    }
    this.#lastEventAt = performance.now();
    this.#publisher?.add(advance, Date.now());
  }

  #destination(origin: Timepoint): Destination {
    const { stream, queues, streamJob, isHeld, connection } = this.#options;
    return { queues, stream: stream.name, streamJob, isHeld, origin, connection };
  }

  #openPublisher(after: Timepoint, origin: Timepoint): Publisher {
    const destination = this.#destination(origin);
    return new Publisher(
      after,
      (batch) => publishBelowMark(this.#options, destination, batch),
      (error) => this.#end(endingOfFailure(error)),
      this.#options.collectMs,
    );
  }
}

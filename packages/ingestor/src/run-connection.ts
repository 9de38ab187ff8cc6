import type { StreamJob } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import type { Job, Queues } from '@timepoint/shared/queues';
import type { Stream, StreamName } from '@timepoint/shared/streams';
import { shift, type Timepoint } from '@timepoint/shared/timepoint';
import { connect } from './connect.ts';
import { ConnectionEnded, type Ending, isPage, MAX_SEEN_LENGTH } from './ending.ts';
import { type Line, lines } from './lines.ts';
import type { Metrics } from './metrics.ts';
import { type Destination, endingOfFailure } from './publish.ts';
import { publishMeasured } from './publish-measured.ts';
import { Publisher } from './publisher.ts';
import { recordUnplaced } from './record-unplaced.ts';
import type { Reporter } from './reporter.ts';
import { type AcceptedHole, type Advance, Sequence, type Step } from './sequence.ts';
import { canReadPast, type Outcome, type Stuck } from './stuck.ts';

/** Bytes that may wait for the queue before the connection is closed: a blocked socket would be worse. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** An event that begins a history waits so long for others that confirm its number, in ms. */
const CANDIDATE_MS = 1_000;
/** After connections that brought no stream, heartbeats prove one when it has lasted so long, in ms. */
const DOUBT_MS = 60_000;

export interface RunOptions {
  readonly stream: Stream & { readonly name: StreamName };
  readonly streamJob: Job<StreamJob>;
  /** Whether the stream is still this ingestor's. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  readonly queues: Queues;
  readonly url: string;
  readonly key: string;
  readonly idleTimeoutMs: number;
  /** Longest time without an event before the ending `silent`, in ms; Infinity once it was reported. */
  readonly silenceLimitMs: number;
  /** A hole, or with cause `expired` an unusable position, that may be read past. */
  readonly accepted: AcceptedHole | null;
  /** The connections before ended at lines that are no events; null when they did not. */
  readonly stuck: Stuck | null;
  /** The first event of the history, which an earlier connection brought and nothing confirmed. */
  readonly candidate: Timepoint | null;
  /** How long to collect before a batch is published, in ms. */
  readonly collectMs?: () => number;
  /** Names this connection in logs and jobs. */
  readonly connection: string;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  /** Its lines name the stream and the connection. */
  readonly logger: Logger;
}

export interface Run extends Outcome {
  /** Events that came in sequence; 0 when the connection brought nothing new. */
  readonly events: number;
  /** The first event of the history, to be asked for again; null when there is none that needs to be confirmed. */
  readonly candidate: Timepoint | null;
}

/**
 * Reads one connection of a stream, from the stored timepoint until it ends, and publishes what was read.
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
  readonly #stored: StreamJob;
  readonly #startedAt = Date.now();
  #publisher: Publisher | null;
  #lastEventAt = Date.now();
  /** A heartbeat came that is not reported yet. */
  #isAlive = false;
  #candidateTimer: NodeJS.Timeout | undefined;

  constructor(options: RunOptions, end: (ending: Ending) => void) {
    const { timepoint, origin } = options.streamJob.data;
    // The stored timepoint is delivered again, so what is held in sequence is the one before.
    const held = timepoint === undefined ? null : shift(timepoint, -1);
    this.#options = options;
    this.#end = end;
    this.#stored = options.streamJob.data;
    const { accepted, candidate, stuck } = options;
    this.#sequence = new Sequence({ held, accepted, candidate, canReadPast: canReadPast(stuck) });
    this.#publisher = held === null ? null : this.#openPublisher(held, origin ?? held);
  }

  get hasUnplaced(): boolean {
    return this.#sequence.held.length > 0;
  }

  get candidate(): Timepoint | null {
    return this.#sequence.candidate;
  }

  async read(stop: AbortSignal): Promise<Ending> {
    const { stream, url, key, idleTimeoutMs, metrics, accepted, reporter, candidate } = this.#options;
    const timepoint = accepted?.cause === 'expired' ? null : (this.#stored.timepoint ?? candidate);
    const onBytes = (bytes: number) => {
      reporter.sawBytes();
      metrics.connectionBytes.inc({ stream: stream.name }, bytes);
    };
    try {
      for await (const some of lines(
        connect(
          { url, path: stream.path, key, timepoint, idleTimeoutMs, onOpen: reporter.open, onBytes },
          stop,
        ),
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

  /** Records what came at three tries and has no place. A stream without a history has nowhere to record it. */
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
    return Date.now() - this.#lastEventAt > silenceLimitMs ? { kind: 'silent' } : null;
  }

  /** Reports heartbeats, unless they may be the blank lines of a page. */
  #reportLife(): void {
    const { reporter, stuck } = this.#options;
    const isProven = stuck === null || this.events > 0 || Date.now() - this.#startedAt > DOUBT_MS;
    if (this.#isAlive && isProven && !this.hasUnplaced) reporter.sawHeartbeat();
    this.#isAlive = false;
  }

  async #takeLine(line: Line): Promise<Ending | null> {
    const { stream, metrics } = this.#options;
    metrics.linesRead.inc({ stream: stream.name });
    // Nothing is behind a page that comes instead of a stream; one in the middle may be read past.
    const isOver = this.#sequence.isFirst || !this.#sequence.canReadPast;
    if (isOver && isPage(line.text))
      return { kind: 'not-a-stream', text: line.text.slice(0, MAX_SEEN_LENGTH) };
    const ending = await this.#takeSteps(this.#sequence.take(line));
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

  /** Stores where the stream's history with us begins, before any of it is published. */
  async #begin(first: Timepoint): Promise<void> {
    const origin = shift(first, -1);
    try {
      await this.#options.streamJob.updateData({ timepoint: first, origin });
    } catch (error) {
      throw new ConnectionEnded(endingOfFailure(error), error);
    }
    this.#publisher = this.#openPublisher(origin, origin);
  }

  #add(advance: Advance): void {
    const { timepoint } = this.#stored;
    // The event of the stored timepoint, delivered again, is nothing new, and neither is an older one.
    if (timepoint === undefined || advance.upTo > timepoint) {
      this.events += 1;
      this.#options.reporter.sawEvent();
    }
    this.#lastEventAt = Date.now();
    this.#publisher?.add(advance, this.#lastEventAt);
  }

  #destination(origin: Timepoint): Destination {
    const { stream, queues, streamJob, isHeld, connection } = this.#options;
    return { queues, stream: stream.name, streamJob, isHeld, origin, connection };
  }

  #openPublisher(after: Timepoint, origin: Timepoint): Publisher {
    const destination = this.#destination(origin);
    return new Publisher(
      after,
      (batch) => publishMeasured(this.#options, destination, batch),
      (error) => this.#end(endingOfFailure(error)),
      this.#options.collectMs,
    );
  }
}

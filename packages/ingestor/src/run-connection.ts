import type { StreamJob } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import type { Job, Queues } from '@timepoint/shared/queues';
import { inSpan } from '@timepoint/shared/span';
import type { Stream, StreamName } from '@timepoint/shared/streams';
import { shift, type Timepoint } from '@timepoint/shared/timepoint';
import type { Batch } from './batch.ts';
import { connect } from './connect.ts';
import { ConnectionEnded, type Ending } from './ending.ts';
import { lines } from './lines.ts';
import type { Metrics } from './metrics.ts';
import { type Destination, endingOfFailure, publish } from './publish.ts';
import { Publisher } from './publisher.ts';
import type { Reporter } from './reporter.ts';
import { type AcceptedHole, type Advance, Sequence } from './sequence.ts';

/** Bytes that may wait for the queue before the connection is closed: a blocked socket would be worse. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Lines that may wait for an event to give them their place. */
const MAX_HELD_LINES = 100;

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
  /** Names this connection in logs and jobs. */
  readonly connection: string;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  /** Its lines name the stream and the connection. */
  readonly logger: Logger;
}

export interface Run {
  readonly ending: Ending;
  /** Events that came in sequence; 0 when the connection brought nothing new. */
  readonly events: number;
}

/**
 * Reads one connection of a stream, from the stored timepoint until it ends, and publishes what was read.
 * The reason of an abort of `signal` is the ending to report.
 */
export async function runConnection(options: RunOptions, signal: AbortSignal): Promise<Run> {
  const abort = new AbortController();
  const stop = AbortSignal.any([signal, abort.signal]);
  const reader = new Reader(options, (ending) => abort.abort(ending));
  const ending = await reader.read(stop);
  await reader.drain();
  return { ending: stop.aborted ? (stop.reason as Ending) : ending, events: reader.events };
}

/** Reads the lines of one connection in sequence and hands them to the publisher. */
class Reader {
  events = 0;
  readonly #options: RunOptions;
  readonly #end: (ending: Ending) => void;
  readonly #sequence: Sequence;
  readonly #stored: StreamJob;
  #publisher: Publisher | null;
  #lastEventAt = Date.now();

  constructor(options: RunOptions, end: (ending: Ending) => void) {
    const { timepoint, origin } = options.streamJob.data;
    // The stored timepoint is delivered again, so what is held in sequence is the one before.
    const held = timepoint === undefined ? null : shift(timepoint, -1);
    this.#options = options;
    this.#end = end;
    this.#stored = options.streamJob.data;
    this.#sequence = new Sequence({ held, accepted: options.accepted });
    this.#publisher = held === null ? null : this.#openPublisher(held, origin ?? held);
  }

  async read(stop: AbortSignal): Promise<Ending> {
    const { stream, url, key, idleTimeoutMs, metrics, accepted, reporter } = this.#options;
    const timepoint = accepted?.cause === 'expired' ? null : (this.#stored.timepoint ?? null);
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
          const ending = line.trim() === '' ? this.#takeHeartbeat() : await this.#takeLine(line);
          if (ending !== null) return ending;
        }
        if (this.#waitingBytes() > MAX_WAITING_BYTES) return { kind: 'buffer-full' };
      }
      return { kind: 'clean' };
    } catch (error) {
      if (error instanceof ConnectionEnded) return error.ending;
      throw error;
    }
  }

  async drain(): Promise<void> {
    await this.#publisher?.drain();
  }

  #waitingBytes(): number {
    return this.#publisher?.bytes ?? 0;
  }

  #takeHeartbeat(): Ending | null {
    const { stream, metrics, reporter, silenceLimitMs } = this.#options;
    reporter.sawHeartbeat();
    metrics.heartbeatsRead.inc({ stream: stream.name });
    this.#settle();
    return Date.now() - this.#lastEventAt > silenceLimitMs ? { kind: 'silent' } : null;
  }

  async #takeLine(line: string): Promise<Ending | null> {
    const { stream, metrics } = this.#options;
    metrics.linesRead.inc({ stream: stream.name });
    const isFirstEver = this.#sequence.last === null;
    const step = this.#sequence.take(line);
    switch (step.kind) {
      case 'error-line':
      case 'hole':
        return step;
      case 'held':
        if (this.#sequence.heldCount < MAX_HELD_LINES) return null;
        if (isFirstEver) return { kind: 'unreadable' };
        this.#settle();
        return null;
      case 'advance':
        if (isFirstEver) await this.#begin(step.advance.upTo);
        this.#add(step.advance);
        return null;
    }
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

  #settle(): void {
    const advance = this.#sequence.settle();
    if (advance !== null) this.#add(advance);
  }

  #add(advance: Advance): void {
    // The event of the stored timepoint, delivered again, is nothing new.
    if (advance.upTo !== this.#stored.timepoint) {
      this.events += 1;
      this.#options.reporter.sawEvent();
    }
    this.#lastEventAt = Date.now();
    this.#publisher?.add(advance, this.#lastEventAt);
  }

  #openPublisher(after: Timepoint, origin: Timepoint): Publisher {
    const { stream, queues, streamJob, isHeld, connection } = this.#options;
    const destination = { queues, stream: stream.name, streamJob, isHeld, origin, connection };
    return new Publisher(
      after,
      (batch) => this.#publish(destination, batch),
      (error) => this.#end(endingOfFailure(error)),
    );
  }

  async #publish(destination: Destination, batch: Batch): Promise<void> {
    const { metrics, logger } = this.#options;
    const { stream, connection } = destination;
    const { after, upTo, bytes } = batch;
    const events = batch.lines.length;
    const attributes = { stream, connection, after, upTo, events, bytes };
    const stopTimer = metrics.publishSeconds.startTimer({ stream });
    const job = await inSpan('publish', { kind: 'producer', attributes }, () => publish(destination, batch));
    stopTimer();
    metrics.publishedEvents.observe({ stream }, events);
    metrics.publishedBytes.observe({ stream }, bytes);
    metrics.resumeTimepoint.set({ stream }, upTo);
    logger.debug({ job, after, upTo, events, bytes }, 'batch published');
    for (const hole of batch.holes) this.#reportHole(hole);
  }

  #reportHole(hole: { cause: string; after: number; upTo: number }): void {
    const { stream, metrics, logger } = this.#options;
    metrics.holesAccepted.inc({ stream: stream.name, cause: hole.cause });
    logger.error({ hole }, 'events are missing from the stream; the hole is recorded');
  }
}

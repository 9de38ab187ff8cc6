import { setImmediate } from 'node:timers/promises';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '@timepoint/shared/contract/job';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { type Batch, batchOf, type Pending } from './batch.ts';
import { endingOfFailure } from './publish.ts';
import type { Advance } from './step.ts';

/**
 * Collects lines while a publish is in flight. Batches form by themselves: an idle stream sends one
 * event alone without waiting, a backlog fills them to 500 events or 256 KB, whichever comes first.
 */
export class Collector {
  /** The oldest first. Entries that were taken are removed, so nothing published stays in memory. */
  #pending: Pending[] = [];
  #after: Timepoint | null;
  #bytes = 0;

  /** @param after the last timepoint that was published before; null at the beginning of a history. */
  constructor(after: Timepoint | null) {
    this.#after = after;
  }

  /** Bytes that wait to be published. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Entries in memory, each of one event and the lines that belong to it. */
  get length(): number {
    return this.#pending.length;
  }

  add(advance: Advance, receivedAt: number): void {
    const bytes = advance.lines.reduce((sum, line) => sum + line.bytes, 0);
    this.#pending.push({ ...advance, bytes, receivedAt });
    this.#bytes += bytes;
  }

  /** Takes the next batch, or null when nothing waits. */
  take(): Batch | null {
    const [first] = this.#pending;
    if (first === undefined) return null;
    let taken = 0;
    let events = 0;
    let bytes = 0;
    for (const next of this.#pending) {
      const isFull = events + next.lines.length > MAX_BATCH_EVENTS || bytes + next.bytes > MAX_BATCH_BYTES;
      if (isFull && taken > 0) break;
      events += next.lines.length;
      bytes += next.bytes;
      taken += 1;
    }
    this.#bytes -= bytes;
    const after = this.#after ?? shift(first.upTo, -1);
    const batch = batchOf(after, this.#pending.splice(0, taken), bytes);
    this.#after = batch.upTo;
    return batch;
  }
}

/**
 * Publishes the lines that were read, one batch in flight at a time. After the first failure it publishes nothing more:
 * the run ends, and the next one starts from the stored timepoint.
 */
export class Publisher {
  readonly #collector: Collector;
  readonly #publish: (batch: Batch) => Promise<void>;
  readonly #failure = new AbortController();
  readonly #collectMs: () => number;
  #isDraining = false;
  /** Ends the collecting that is under way. */
  #stopCollecting: () => void = () => undefined;
  #inFlight: Promise<void> | null = null;

  /**
   * @param after the last timepoint that was published before; null at the beginning of a history.
   * @param publish where the batches go.
   * @param collectMs how long to collect before the next batch is published, in ms.
   */
  constructor(
    after: Timepoint | null,
    publish: (batch: Batch) => Promise<void>,
    collectMs: () => number = () => 0,
  ) {
    this.#collector = new Collector(after);
    this.#publish = publish;
    this.#collectMs = collectMs;
  }

  /** Aborts at the first failure; its reason is the ending of the connection. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** Bytes that wait to be published. */
  get bytes(): number {
    return this.#collector.bytes;
  }

  /** Adds each advance as it comes. Returns what the generator returns. */
  async addEach<End>(advances: AsyncGenerator<Advance, End, void>): Promise<End> {
    let next = await advances.next();
    for (; next.done !== true; next = await advances.next()) this.add(next.value, Date.now());
    return next.value;
  }

  add(advance: Advance, receivedAt: number): void {
    this.#collector.add(advance, receivedAt);
    this.#inFlight ??= this.#publishAll();
    if (this.#isBatchFull) this.#stopCollecting();
  }

  /** Resolves when everything is published, or nothing more can be. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#stopCollecting();
    await this.#inFlight;
  }

  async #publishAll(): Promise<void> {
    // The lines of one chunk share a batch: they are added one after the other, and no input comes between them.
    await setImmediate();
    try {
      for (let batch = await this.#next(); batch !== null; batch = await this.#next())
        await this.#publish(batch);
    } catch (error) {
      this.#failure.abort(endingOfFailure(error));
    } finally {
      this.#inFlight = null;
    }
  }

  async #next(): Promise<Batch | null> {
    const ms = this.#collectMs();
    const isWorthIt = ms > 0 && this.bytes > 0 && !this.#isBatchFull && !this.#isDraining;
    if (isWorthIt) await this.#collect(ms);
    return this.failed.aborted ? null : this.#collector.take();
  }

  /** Whether waiting would not make the next batch larger. */
  get #isBatchFull(): boolean {
    return this.bytes >= MAX_BATCH_BYTES;
  }

  /** Waits for more, until a batch is full or nothing more comes. */
  async #collect(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#stopCollecting = resolve;
    await promise;
    clearTimeout(timer);
  }
}

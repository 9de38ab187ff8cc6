import { MAX_BATCH_BYTES } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { type Batch, Collector } from './batch.ts';
import type { Advance } from './sequence.ts';

/**
 * Publishes the lines that were read, one batch in flight at a time. After the first failure it publishes nothing more:
 * the run ends, and the next one starts from the stored timepoint.
 */
export class Publisher {
  readonly #collector: Collector;
  readonly #publish: (batch: Batch) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  readonly #collectMs: () => number;
  #isDraining = false;
  /** Ends the collecting that is under way. */
  #stopCollecting: () => void = () => undefined;
  #inFlight: Promise<void> | null = null;
  #hasFailed = false;

  /** @param collectMs how long to collect before the next batch is published, in ms. */
  constructor(
    after: Timepoint,
    publish: (batch: Batch) => Promise<void>,
    onFailure: (error: unknown) => void,
    collectMs: () => number = () => 0,
  ) {
    this.#collector = new Collector(after);
    this.#publish = publish;
    this.#onFailure = onFailure;
    this.#collectMs = collectMs;
  }

  /** Bytes that wait to be published. */
  get bytes(): number {
    return this.#collector.bytes;
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
    // Lines of the same chunk share a batch.
    await Promise.resolve();
    try {
      for (let batch = await this.#next(); batch !== null; batch = await this.#next())
        await this.#publish(batch);
    } catch (error) {
      this.#hasFailed = true;
      this.#onFailure(error);
    } finally {
      this.#inFlight = null;
    }
  }

  async #next(): Promise<Batch | null> {
    const ms = this.#collectMs();
    const isWorthIt = ms > 0 && this.bytes > 0 && !this.#isBatchFull && !this.#isDraining;
    if (isWorthIt) await this.#collect(ms);
    return this.#hasFailed ? null : this.#collector.take();
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

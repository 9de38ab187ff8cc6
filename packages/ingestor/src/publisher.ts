import type { Timepoint } from '@timepoint/shared/timepoint';
import { type Batch, Collector } from './batch.ts';
import type { Advance } from './sequence.ts';

/**
 * Publishes what is read, one batch in flight at a time. After the first failure nothing more is published:
 * the run ends, and the next one starts from the stored timepoint.
 */
export class Publisher {
  readonly #collector: Collector;
  readonly #publish: (batch: Batch) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #inFlight: Promise<void> | null = null;
  #hasFailed = false;

  constructor(
    after: Timepoint,
    publish: (batch: Batch) => Promise<void>,
    onFailure: (error: unknown) => void,
  ) {
    this.#collector = new Collector(after);
    this.#publish = publish;
    this.#onFailure = onFailure;
  }

  /** Bytes that wait to be published. */
  get bytes(): number {
    return this.#collector.bytes;
  }

  add(advance: Advance, receivedAt: number): void {
    this.#collector.add(advance, receivedAt);
    this.#inFlight ??= this.#publishAll();
  }

  /** Resolves when everything is published, or nothing more can be. */
  async drain(): Promise<void> {
    await this.#inFlight;
  }

  async #publishAll(): Promise<void> {
    // Lines of the same chunk shall share a batch.
    await Promise.resolve();
    try {
      for (let batch = this.#next(); batch !== null; batch = this.#next()) await this.#publish(batch);
    } catch (error) {
      this.#hasFailed = true;
      this.#onFailure(error);
    } finally {
      this.#inFlight = null;
    }
  }

  #next(): Batch | null {
    return this.#hasFailed ? null : this.#collector.take();
  }
}

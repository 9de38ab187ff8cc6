import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import type { Line } from './lines.ts';
import type { Metrics } from './metrics.ts';
import type { Reporter } from './reporter.ts';
import { isHeartbeat, type Observer, type Sequence } from './sequence.ts';
import type { Step } from './step.ts';
import type { Stuck } from './stuck.ts';

/** After connections that brought no stream, heartbeats count only on a connection that has lasted this long, in ms. */
const DOUBT_MS = 60_000;

export interface ProgressOptions {
  readonly stream: { readonly name: StreamName };
  readonly stuck: Stuck | null;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
}

/** Counts what a connection brings, and reports it. */
export class Progress implements Observer {
  readonly #options: ProgressOptions;
  readonly #sequence: Sequence;
  readonly #stored: Timepoint | undefined;
  readonly #startedAt = performance.now();
  #events = 0;
  #isInPlace = false;
  /** A heartbeat came that is not reported yet. */
  #isAlive = false;

  /** @param stored the position at which the connection begins. */
  constructor(options: ProgressOptions, sequence: Sequence, stored: Timepoint | undefined) {
    this.#options = options;
    this.#sequence = sequence;
    this.#stored = stored;
  }

  /** Events that had not come before. */
  get events(): number {
    return this.#events;
  }

  opened(): void {
    this.#options.reporter.open();
  }

  sawBytes(bytes: number): void {
    const { stream, reporter, metrics } = this.#options;
    reporter.sawBytes();
    metrics.connectionBytes.inc({ stream: stream.name }, bytes);
  }

  saw(line: Line, steps: readonly Step[]): void {
    const { stream, reporter, metrics } = this.#options;
    const isBeat = isHeartbeat(line);
    if (isBeat) this.#isAlive = true;
    metrics[isBeat ? 'heartbeatsRead' : 'linesRead'].inc({ stream: stream.name });
    if (!this.#isInPlace && this.#sequence.isInPlace) {
      this.#isInPlace = true;
      reporter.sawInPlace();
    }
    for (const step of steps) {
      if (step.kind !== 'advance' || !this.#isNew(step.advance.upTo)) continue;
      this.#events += 1;
      reporter.sawEvent();
    }
  }

  /** Reports heartbeats, unless they may be the blank lines of a page. */
  sawChunk(): void {
    const { stuck, reporter } = this.#options;
    const isProven = stuck === null || this.#events > 0 || performance.now() - this.#startedAt > DOUBT_MS;
    if (this.#isAlive && isProven && this.#sequence.held.length === 0) reporter.sawHeartbeat();
    this.#isAlive = false;
  }

  /** The event of the stored position is delivered again; it is not new, and neither is an older one. */
  #isNew(upTo: Timepoint): boolean {
    return this.#stored === undefined || upTo > this.#stored;
  }
}

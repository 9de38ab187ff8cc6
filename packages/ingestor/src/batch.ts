import { createHash } from 'node:crypto';
import { type Hole, MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '@timepoint/shared/job';
import type { Timepoint } from '@timepoint/shared/timepoint';
import type { Advance } from './sequence.ts';

/** What one job carries: raw lines that cover `(after, upTo]`. */
export interface Batch {
  readonly after: Timepoint;
  readonly upTo: Timepoint;
  readonly lines: readonly string[];
  readonly holes: readonly Hole[];
  /** Of the lines. */
  readonly bytes: number;
  /** When the first of the lines was read, in ms since the epoch. */
  readonly receivedAt: number;
  /** Exactly one line for each timepoint. */
  readonly isRegular: boolean;
}

interface Pending extends Advance {
  readonly bytes: number;
  readonly receivedAt: number;
}

/**
 * Collects what was read while a publish is in flight. Batches form by themselves: an idle stream sends one
 * event alone without waiting, a backlog fills them to 500 events or 256 KB, whichever comes first.
 */
export class Collector {
  #pending: Pending[] = [];
  #taken = 0;
  #after: Timepoint;
  #bytes = 0;

  /** @param after the last timepoint that was published before. */
  constructor(after: Timepoint) {
    this.#after = after;
  }

  /** Bytes that wait to be published. */
  get bytes(): number {
    return this.#bytes;
  }

  add(advance: Advance, receivedAt: number): void {
    const bytes = advance.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    this.#pending.push({ ...advance, bytes, receivedAt });
    this.#bytes += bytes;
  }

  /** Takes the next batch, or null when nothing waits. */
  take(): Batch | null {
    const first = this.#pending[this.#taken];
    if (first === undefined) return null;
    const start = this.#taken;
    let events = 0;
    let bytes = 0;
    for (let next: Pending | undefined = first; next !== undefined; next = this.#pending[this.#taken]) {
      const isFull = events + next.lines.length > MAX_BATCH_EVENTS || bytes + next.bytes > MAX_BATCH_BYTES;
      if (isFull && this.#taken > start) break;
      events += next.lines.length;
      bytes += next.bytes;
      this.#taken += 1;
    }
    return this.#batch(this.#pending.slice(start, this.#taken), bytes);
  }

  #batch(taken: readonly Pending[], bytes: number): Batch {
    const after = this.#after;
    const upTo = taken.at(-1)?.upTo ?? after;
    this.#after = upTo;
    this.#bytes -= bytes;
    if (this.#taken === this.#pending.length) {
      this.#pending = [];
      this.#taken = 0;
    }
    return {
      after,
      upTo,
      lines: taken.flatMap((advance) => advance.lines),
      holes: taken.flatMap((advance) => advance.hole ?? []),
      bytes,
      receivedAt: taken[0]?.receivedAt ?? 0,
      // One line moves the position by one at the most, so equal counts mean that each one did.
      isRegular:
        taken.length === upTo - after && taken.every(({ lines, hole }) => lines.length === 1 && !hole),
    };
  }
}

/**
 * The id of a batch's job, `<stream>-<first>-<upTo>`. The same id must mean the same lines, as the queue
 * takes a second job of an id for a repetition; so a batch with anything but one line for each timepoint
 * also carries a digest of its lines.
 */
export function jobIdOf(stream: string, batch: Batch): string {
  const id = `${stream}-${batch.after + 1}-${batch.upTo}`;
  if (batch.isRegular) return id;
  const digest = createHash('sha256').update(JSON.stringify(batch.lines)).digest('hex').slice(0, 16);
  return `${id}-${digest}`;
}

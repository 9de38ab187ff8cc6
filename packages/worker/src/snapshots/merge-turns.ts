// Live events go before an import, and an import is never starved. The age of the waiting jobs decides, and not their number:
// on a slow machine each job holds one or two events, so many jobs can be a few milliseconds of work.
// Example: 40 jobs wait and the oldest came 200 ms ago: merge. 3 jobs wait and the oldest came 4 s ago: one chunk a second.

/** Live events that wait longer than this, in ms, go first: their facts are due 5 s after they came. */
export const LIVE_PATIENCE_MS = 1_000;
/** While live events go first, one chunk is merged when none was merged for this long, in ms. */
export const LEAST_SHARE_MS = 1_000;

/** The load that decides whether a chunk is merged now. */
export interface MergeLoad {
  /** How long the oldest job of live events waits, in ms; null when none waits. Below 0 when clocks differ. */
  readonly oldestWaitMs: number | null;
  /** Chunks that this process is merging. */
  readonly merging: number;
  /** How long this process has merged nothing, in ms. */
  readonly idleMs: number;
}

/** Whether one more chunk is merged now. */
export function mayMerge(load: MergeLoad, leastShareMs = LEAST_SHARE_MS): boolean {
  const isLiveBehind = load.oldestWaitMs !== null && load.oldestWaitMs > LIVE_PATIENCE_MS;
  return !isLiveBehind || (load.merging === 0 && load.idleMs >= leastShareMs);
}

/** Counts the merges of a process. Times are of a monotonic clock, in ms. */
export class MergeTurns {
  readonly #leastShareMs: number;
  readonly #now: () => number;
  #merging = 0;
  #endedAt: number;

  constructor(leastShareMs = LEAST_SHARE_MS, now = () => performance.now()) {
    this.#leastShareMs = leastShareMs;
    this.#now = now;
    this.#endedAt = now();
  }

  /** Takes a turn if there is one now. Each turn that was taken ends with {@link end}. */
  take(oldestWaitMs: number | null): boolean {
    const load = { oldestWaitMs, merging: this.#merging, idleMs: this.#now() - this.#endedAt };
    if (!mayMerge(load, this.#leastShareMs)) return false;
    this.#merging += 1;
    return true;
  }

  end(): void {
    this.#merging -= 1;
    this.#endedAt = this.#now();
  }
}

import type { ActionProgress } from '@timepoint/shared/contract/job';

/** The number of different failures that are reported. */
const MAX_REPORTED = 10;
/** The number of different failures that are counted. Each letter can have its own, and memory must stay bounded. */
const MAX_COUNTED = 1_000;

/** Counts why letters fail. */
export class Failures {
  readonly #letters = new Map<string, number>();
  total = 0;

  add(detail: string): void {
    this.total += 1;
    const isRoom = this.#letters.has(detail) || this.#letters.size < MAX_COUNTED;
    if (isRoom) this.#letters.set(detail, (this.#letters.get(detail) ?? 0) + 1);
  }

  /** The ten most frequent failures, the most frequent first. */
  mostFrequent(): ActionProgress['failures'] {
    return [...this.#letters]
      .map(([detail, letters]) => ({ detail, letters }))
      .toSorted((one, other) => other.letters - one.letters)
      .slice(0, MAX_REPORTED);
  }
}

import type { ActionProgress } from '@timepoint/shared/contract/job';

/** So many different ones are told … */
const TOLD = 10;
/** … of so many that are counted apart: details can differ by letter, and memory is not to grow with them. */
const MAX_COUNTED = 1_000;

/** Counts what letters fail of. */
export class Failures {
  readonly #letters = new Map<string, number>();
  total = 0;

  add(detail: string): void {
    this.total += 1;
    const isRoom = this.#letters.has(detail) || this.#letters.size < MAX_COUNTED;
    if (isRoom) this.#letters.set(detail, (this.#letters.get(detail) ?? 0) + 1);
  }

  /** The most frequent first. */
  mostFrequent(): ActionProgress['failures'] {
    return [...this.#letters]
      .map(([detail, letters]) => ({ detail, letters }))
      .toSorted((one, other) => other.letters - one.letters)
      .slice(0, TOLD);
  }
}

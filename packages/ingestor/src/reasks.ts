const HOUR_MS = 3_600_000;

interface Reask {
  /** The hole that was asked for: the timepoint before it. */
  readonly after: number;
  /** In ms by a monotonic clock. */
  readonly at: number;
}

/** How often a stream was asked again for events that it left out. */
export class Reasks {
  #asked: readonly Reask[];

  constructor(asked: readonly Reask[] = []) {
    this.#asked = asked;
  }

  /** Notes that the hole behind `after` is asked for again at `now`, in ms by a monotonic clock. */
  add(after: number, now: number): void {
    this.#asked = [...this.#asked.filter((asked) => now - asked.at < HOUR_MS), { after, at: now }];
  }

  /** Re-asks for the hole behind `after`, in the last hour. */
  of(after: number): number {
    return this.#asked.filter((asked) => asked.after === after).length;
  }

  inLastHour(now: number): number {
    return this.#asked.filter((asked) => now - asked.at < HOUR_MS).length;
  }

  /** Those of the last hour, each with how long it is ago at `now`, in ms. */
  agesAt(now: number): { after: number; agoMs: number }[] {
    const recent = this.#asked.filter((asked) => now - asked.at < HOUR_MS);
    return recent.map(({ after, at }) => ({ after, agoMs: now - at }));
  }
}

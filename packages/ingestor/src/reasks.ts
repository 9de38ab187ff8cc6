const HOUR_MS = 3_600_000;

/** How often a stream was asked again for events that it left out. */
export class Reasks {
  #asked: { readonly after: number; readonly at: number }[] = [];

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
}

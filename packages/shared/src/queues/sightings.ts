// How old is what another process wrote? Its clock and ours may differ, and either may jump, so what was seen here bounds
// the answer. Example: a report of 13:00 is read at 12:00 and is the same at 12:01: it is at least a minute old.

interface Sighting {
  readonly value: string;
  /** When it was seen first, and last, by the monotonic clock. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** When another value was last seen in its place; null when none was. */
  readonly otherAt: number | null;
}

/** Within what the age of a value lies, in ms. */
export interface AgeBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What one process saw of values that others write, by its monotonic clock. */
export class Sightings {
  readonly #steady: () => number;
  readonly #seen = new Map<string, Sighting>();

  constructor(steady: () => number = () => performance.now()) {
    this.#steady = steady;
  }

  /** Notes that the value is there now. */
  see(key: string, value: string): AgeBounds {
    const now = this.#steady();
    const before = this.#seen.get(key);
    const isSame = before?.value === value;
    const firstAt = isSame ? before.firstAt : now;
    const otherAt = isSame ? before.otherAt : (before?.lastAt ?? null);
    this.#seen.set(key, { value, firstAt, lastAt: now, otherAt });
    return { leastMs: now - firstAt, mostMs: otherAt === null ? Number.POSITIVE_INFINITY : now - otherAt };
  }
}

/** By less than this, in ms, two clocks may differ without any harm. */
const TOLERANCE_MS = 1_000;

/** A moment of another clock as one of ours: no later than now, and as old as the bounds allow. Pure. */
export function plausible(moment: number, now: number, { leastMs, mostMs }: AgeBounds): number {
  const ageMs = now - moment;
  const boundedMs = Math.min(Math.max(ageMs, leastMs), mostMs);
  return Math.abs(boundedMs - ageMs) > TOLERANCE_MS ? Math.round(now - boundedMs) : moment;
}

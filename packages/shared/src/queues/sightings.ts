// Estimates the age of a value that another process wrote. Its clock and ours may differ, and either may jump, so the
// times at which this process saw the value bound its age. Example: a report of 13:00 is read at 12:00, and is the same
// at 12:01. It is at least a minute old.

interface Sighting {
  readonly value: string;
  /** When it was first seen, by the monotonic clock, in ms. `lastAt` is when it was last seen. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** When another value was last seen in its place; null when none was seen. */
  readonly otherAt: number | null;
}

/** The bounds of the age of a value, in ms. */
export interface AgeBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** Remembers when this process saw values of other processes, by its monotonic clock. */
export class Sightings {
  readonly #steady: () => number;
  readonly #seen = new Map<string, Sighting>();

  constructor(steady: () => number = () => performance.now()) {
    this.#steady = steady;
  }

  /** Notes that the value is there now, and returns the bounds of its age. */
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

/** A difference of two clocks that does no harm, in ms. */
const TOLERANCE_MS = 1_000;

/** Changes a moment of another clock into one of ours: not later than now, and within the bounds of its age. Pure. */
export function plausible(moment: number, now: number, { leastMs, mostMs }: AgeBounds): number {
  const ageMs = now - moment;
  const boundedMs = Math.min(Math.max(ageMs, leastMs), mostMs);
  return Math.abs(boundedMs - ageMs) > TOLERANCE_MS ? Math.round(now - boundedMs) : moment;
}

/** The pace of automatic emission. */
export interface Pace {
  readonly eventsPerSecond: number;
  /** For the first `seconds` of every `everySeconds` the pace is `factor` times as fast. */
  readonly burst?: Burst | undefined;
}

export interface Burst {
  readonly everySeconds: number;
  readonly factor: number;
  readonly seconds: number;
}

/** No automatic emission. */
export const STANDSTILL: Pace = { eventsPerSecond: 0 };

/** Computes the events that are due `elapsedMs` after the pace was set, with the fraction of the next one. */
export function eventsDue({ eventsPerSecond, burst }: Pace, elapsedMs: number): number {
  const elapsed = elapsedMs / 1_000;
  if (burst === undefined) return eventsPerSecond * elapsed;
  const rounds = Math.floor(elapsed / burst.everySeconds);
  const inBurst = rounds * burst.seconds + Math.min(elapsed - rounds * burst.everySeconds, burst.seconds);
  return eventsPerSecond * (elapsed + (burst.factor - 1) * inBurst);
}

/** Computes the ms until one more event than `done` is due. It is short enough for a burst that starts meanwhile. */
export function msUntilDue(pace: Pace, done: number, elapsedMs: number): number {
  const missing = done + 1 - eventsDue(pace, elapsedMs);
  const fastest = pace.eventsPerSecond * Math.max(1, pace.burst?.factor ?? 1);
  return Math.max(0, (missing / fastest) * 1_000);
}

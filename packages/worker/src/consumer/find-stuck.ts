// A consumer makes progress when it takes jobs, when no jobs wait, or when it may not take any. Example: 40 jobs wait, two of
// four slots are free, and no job was taken for 30 s: the consumer is stuck, even if its connection is open.
import type { ConsumerState } from './consumer.ts';

/** The state of a consumer and its queue at one moment. */
export interface ConsumerReading extends ConsumerState {
  /** In ms by the monotonic clock, as all moments here. */
  readonly at: number;
  /** Jobs that it could take now; 0 when it may not take jobs, or when the number can't be read. */
  readonly takeable: number;
}

export interface StuckLimits {
  /** Jobs wait and none is taken for this long, in ms. */
  readonly idleMs: number;
  /** A job is in hand for this long, in ms. */
  readonly inHandMs: number;
}

export const STUCK_LIMITS: StuckLimits = {
  // BullMQ looks for jobs at least every 10 s, even when it missed the notice of a new job.
  idleMs: 30_000,
  // Every statement ends within a minute, and a batch takes seconds.
  inHandMs: 10 * 60_000,
};

/** For jobs without a time limit: merges wait while live events are behind, and actions can have many letters. */
export const LONG_JOB_LIMITS: StuckLimits = { ...STUCK_LIMITS, inHandMs: Number.POSITIVE_INFINITY };

export interface StuckFinding {
  /** Since when jobs have waited at every reading although a slot was free; null when they don't wait. */
  readonly idleSince: number | null;
  /** Why the consumer is stuck; null when it makes progress. */
  readonly problem: string | null;
}

/** Assesses a consumer from a reading and the `idleSince` of the previous finding. Pure. */
export function findStuck(
  idleBefore: number | null,
  reading: ConsumerReading,
  { idleMs, inHandMs }: StuckLimits,
): StuckFinding {
  const { at, takeable, freeSlots, lastTakenAt, oldestTakenAt } = reading;
  const isIdle = takeable > 0 && freeSlots > 0;
  const idleSince = isIdle ? Math.max(idleBefore ?? at, lastTakenAt ?? 0) : null;
  const isStuck = idleSince !== null && at - idleSince >= idleMs;
  const heldMs = oldestTakenAt === null ? 0 : at - oldestTakenAt;
  const problem = isStuck
    ? `${takeable} job(s) wait, ${freeSlots} slot(s) are free, and none was taken for ${seconds(at - idleSince)}`
    : heldMs >= inHandMs
      ? `a job has been in hand for ${seconds(heldMs)}`
      : null;
  return { idleSince, problem };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

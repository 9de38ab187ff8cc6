// The memory of a stream's failures travels with its job when the stream is given back in good order. So waits grow and
// limits per hour hold, even if another ingestor takes the stream next. Example: after its third 503 in a row a stream must
// wait for 20 s and is given back. Another ingestor takes it after 20 s, and waits for 80 s after the fourth 503.
import { type StreamJob, timepointSchema } from '@timepoint/shared/contract/job';
import { z } from 'zod';
import { FAILURE_KINDS, type Failures, NO_FAILURES } from './failures.ts';
import type { Memory } from './memory.ts';
import { Reasks } from './reasks.ts';

const HOUR_MS = 3_600_000;
const number = z.number();
const count = z.int().min(0);

const keptSchema = z.object({
  /** When it was written, in ms since the epoch. */
  at: number,
  /** Rows of failures, by kind; an absent kind has none. */
  failures: z.partialRecord(z.enum(FAILURE_KINDS), count),
  refusals: count,
  accepted: z
    .object({ after: number, cause: z.enum(['jump', 'late-start', 'expired', 'epoch']), attempts: count })
    .nullable(),
  stuck: z.object({ tries: count, isRecorded: z.boolean() }).nullable(),
  candidate: timepointSchema.nullable(),
  /** Null: silence was reported and answered. */
  silenceLimitMs: number.nullable(),
  /** How long ago a hole was asked for again, in ms. */
  reasks: z.array(z.object({ after: number, agoMs: number })),
  /** A connection was opened and brought nothing, and no later one brought anything. */
  isUnproductive: z.boolean(),
});

/** The knowledge that a holder of a stream passes on to the next. */
export interface Passed {
  readonly memory: Memory;
  readonly reasks: Reasks;
  readonly isUnproductive: boolean;
}

export interface Clock {
  /** In ms since the epoch. */
  readonly wall: number;
  /** In ms by the monotonic clock. */
  readonly steady: number;
}

/** The present by both clocks. */
export function clockNow(): Clock {
  return { wall: Date.now(), steady: performance.now() };
}

/** The data of a job with the memory for the next holder. Pure. */
export function withMemory(
  data: StreamJob,
  { memory, reasks, isUnproductive }: Passed,
  now: Clock,
): StreamJob {
  const { silenceLimitMs } = memory;
  const kept: z.input<typeof keptSchema> = {
    ...memory,
    at: now.wall,
    silenceLimitMs: Number.isFinite(silenceLimitMs) ? silenceLimitMs : null,
    reasks: reasks.agesAt(now.steady),
    isUnproductive,
  };
  return { ...data, memory: kept };
}

/** The memory of the holder before; null when it left none that can be read. Pure. */
export function memoryIn({ memory }: StreamJob, now: Clock): Passed | null {
  const kept = keptSchema.safeParse(memory);
  if (!kept.success) return null;
  const { at, failures, silenceLimitMs, reasks, isUnproductive, ...others } = kept.data;
  // The clocks of two machines differ, so the age is kept within 0 and an hour.
  const sinceMs = Math.min(HOUR_MS, Math.max(0, now.wall - at));
  return {
    memory: {
      ...others,
      failures: { ...NO_FAILURES, ...failures } as Failures,
      silenceLimitMs: silenceLimitMs ?? Number.POSITIVE_INFINITY,
    },
    reasks: new Reasks(
      reasks.map(({ after, agoMs }) => ({ after, at: now.steady - Math.max(0, agoMs) - sinceMs })),
    ),
    isUnproductive,
  };
}

/** The data without the memory: the holder has read it, and the next write removes it. Pure. */
export function withoutMemory({ memory: _, ...data }: StreamJob): StreamJob {
  return data;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamJob } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import { isLeaseLost } from '@timepoint/shared/queues/fenced-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { isBudgetExceeded, isPlaceWanted } from './budget.ts';
import type { Release, ReportedHold } from './hold-options.ts';
import { clockNow, type Passed, withMemory } from './kept-memory.ts';

/**
 * After an open connection was closed, in ms: the next stream connects at once, and until the publisher has seen the old
 * connection close the new one is one too many.
 */
const HAND_OVER_MS = 500;

/**
 * Whether a stream that is about to connect must not: more streams are taken than may be, or its turn is over and another
 * wants its place. A queue that can't be asked now forbids nothing; the connection ends when it stays lost.
 */
export async function mustGiveBack(queues: Queues, turnEndsAt: number): Promise<boolean> {
  const asking = performance.now() > turnEndsAt ? isPlaceWanted(queues) : isBudgetExceeded(queues);
  return asking.catch(() => false);
}

type Giving = ReportedHold & { readonly streamJob: Job<StreamJob>; readonly passed: Passed };

/** Leaves what is known of a stream to its next holder, in its job. Returns how it is let go. */
export async function giveBack(
  release: Extract<Release, { kind: 'turn-over' | 'resting' }>,
  { streamJob, passed, reporter, stream, logger }: Giving,
  signal: AbortSignal,
): Promise<Release> {
  if (release.kind === 'resting') reporter.rest(release.delayMs);
  else if (reporter.openMs() > 0) await sleep(HAND_OVER_MS, undefined, { signal }).catch(() => undefined);
  try {
    await streamJob.updateData(withMemory(streamJob.data, passed, clockNow()));
  } catch (error) {
    if (isLeaseLost(error)) return { kind: 'lost' };
    logger.warn(
      { stream: stream.name, err: asError(error) },
      'the queue does not take what is known of the stream: its waits begin anew',
    );
  }
  return release;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamJob } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import { isLeaseLost } from '@timepoint/shared/queues/fenced-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';
import { isBudgetExceeded, isPlaceWanted } from './budget.ts';
import type { Release, ReportedHold } from './hold-options.ts';
import { clockNow, type Passed, withMemory } from './kept-memory.ts';

/**
 * The pause after an open connection was closed, in ms. The next stream connects at once, and its connection is one too
 * many until the publisher has seen the old one close.
 */
const HAND_OVER_MS = 500;

/**
 * Whether a stream must not connect now: more streams are taken than the budget allows, or its turn is over and another
 * stream wants its place. A queue that can't be asked forbids nothing; if it stays lost, the connection ends.
 */
export async function mustGiveBack(queues: Queues, turnEndsAt: number): Promise<boolean> {
  const asking = performance.now() > turnEndsAt ? isPlaceWanted(queues) : isBudgetExceeded(queues);
  return asking.catch(() => false);
}

type Giving = ReportedHold & { readonly streamJob: Job<StreamJob>; readonly passed: Passed };

/** Stores the memory of a stream in its job, for the next holder. Returns how the stream is let go. */
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

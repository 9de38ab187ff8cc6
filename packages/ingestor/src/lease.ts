// A stream is a job of the queue `streams`. The ingestor that holds the lock of the job holds the connection. Another
// ingestor takes over when the lock is not renewed for 8 s (a kill) or given back (SIGTERM). With fewer connections than
// streams, the streams take turns: each resumes where it was, so all stay exact.

import type { StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { asError, type TimepointError } from '@timepoint/shared/platform/errors';
import { type CataloguedQueue, catalogue } from '@timepoint/shared/queues/catalogue';
import { type JobHold, UnrecoverableError } from '@timepoint/shared/queues/consume';
import type { PutBack } from '@timepoint/shared/queues/put-back';
import { type Job, LOCK_DURATION_MS, type Queues } from '@timepoint/shared/queues/queues';
import { z } from 'zod';
import { isBudgetExceeded, restoreBudget, setBudget } from './budget.ts';
import type { Ending } from './ending.ts';
import type { HoldOptions } from './hold-options.ts';
import { holdStream } from './hold-stream.ts';
import { type BudgetKeeper, keepBudget } from './keep-budget.ts';
import type { Reporter } from './reporter.ts';

export interface LeaseOptions extends Omit<HoldOptions, 'isHeld' | 'budget'> {
  readonly queues: Queues;
  /** Streams that this ingestor may hold. */
  readonly streams: readonly StreamName[];
  /** Connections that all ingestors together may open with this key. */
  readonly maxConnections: number;
  /** Filled with the reporters of the streams that are held now. */
  readonly reporters: Map<StreamName, Reporter>;
  /** Called when a stream can't be followed without the operator. */
  readonly onStopped: (error: TimepointError) => void;
}

export interface Leases {
  /** Closes the connections, stores where they were, and gives the streams back. */
  close(): Promise<void>;
}

/**
 * The queue without a look at the positions: `holdStream` reads that of its stream. One that can't be read is judged only by
 * an ingestor that may hold the stream, because a failed job of this queue is removed.
 */
const LEASES: CataloguedQueue<StreamJob> = { ...catalogue.streams, schema: z.custom<StreamJob>() };
/** How long a stream that this ingestor may not hold is left for another, in ms. */
const NOT_MINE_DELAY_MS = 5_000;
/** A job that is moved to wait is the next to be taken; a delayed one lets others go first. In ms. */
const QUEUE_UP_DELAY_MS = 1_000;
const RELEASED: Ending = { kind: 'released' };
/** The wait after an unexpected error, in ms. It doubles each time, and ends before the stream counts as not taken. */
const SHORTEST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 20_000;
const LOST: Ending = { kind: 'lease-lost' };

const UNEXPECTED =
  'the loop of a stream failed in a way that it should not; it is tried again later. Report this line as a bug';

/** Returns what holds the stream of a job that was taken, and then puts the job where the next holder takes it. */
function holderOf(options: LeaseOptions, budget: BudgetKeeper, shutdown: AbortController) {
  const { queues, logger } = options;
  const { failures, backOff } = startBackOff();
  const isOneTooMany = () => isOverBudget(options);
  /** Puts a stream behind those that wait, not before `delayMs` have passed. */
  const queueUp = (putBack: PutBack, delayMs: number): Promise<never> =>
    putBack({ delayMs: Math.max(QUEUE_UP_DELAY_MS, Math.ceil(delayMs)), isLast: true });

  const hold = async (job: Job<StreamJob>, { token, cancelled: lock, putBack }: JobHold) => {
    const name = options.streams.find((mine) => mine === job.id);
    if (name === undefined) return queueUp(putBack, NOT_MINE_DELAY_MS);
    // The loop that holds the stream waits for a queue that can't be asked now.
    if (await isOneTooMany().catch(() => false)) return queueUp(putBack, 0);
    logger.info({ stream: name }, 'stream taken');
    const isHeld = async (streamJob: Job<StreamJob>) =>
      (await streamJob.extendLock(token, LOCK_DURATION_MS)) === 1;
    const fence = (streamJob: Job<StreamJob>) => queues.fence(streamJob, token);
    const holding = holdStream(
      name,
      { ...options, budget, isHeld, fence },
      AbortSignal.any([shutdown.signal, lock]),
    );
    const release = await holding.catch((error: unknown) => asError(error));
    if (release instanceof Error) {
      const delayMs = backOff(name);
      logger.error({ stream: name, delayMs, err: release }, UNEXPECTED);
      options.metrics.loopFailures.inc({ stream: name });
      return queueUp(putBack, delayMs);
    }
    failures.delete(name);
    logger.info({ stream: name, release: release.kind }, 'stream let go');
    if (release.kind === 'stopped') options.onStopped(release.error);
    // A lost lock can't be given back.
    if (lock.aborted || release.kind === 'lost') throw new UnrecoverableError('the lease was lost');
    if (release.kind === 'turn-over') return queueUp(putBack, 0);
    if (release.kind === 'resting') return queueUp(putBack, release.delayMs);
    return putBack();
  };
  return hold;
}

/** Takes streams from the queue `streams` and holds each for as long as its lock lasts. */
export async function startLeases(options: LeaseOptions): Promise<Leases> {
  const { queues, maxConnections, logger } = options;
  const shutdown = new AbortController();
  const budgetSet = await setBudget(queues, maxConnections, { logger, signal: shutdown.signal });
  const budget = keepBudget(options);
  const hold = holderOf(options, budget, shutdown);
  const worker = queues.consume(LEASES, hold, {
    concurrency: maxConnections,
    // Looking for a waiting stream is cheap, and a stand-by should take over at once.
    drainDelay: 2,
  });
  worker.on('lockRenewalFailed', (names: string[]) => {
    for (const name of names) worker.cancelJob(name, LOST as unknown as string);
  });
  return {
    close: async () => {
      const closing = worker.close();
      shutdown.abort(RELEASED);
      await Promise.all([closing, budgetSet.settled]);
      await budget.close();
    },
  };
}

async function isOverBudget({ queues, maxConnections }: LeaseOptions): Promise<boolean> {
  await restoreBudget(queues, maxConnections);
  return isBudgetExceeded(queues);
}

/** Counts the unexpected errors of each stream in a row; `backOff` returns the wait after one more, in ms. */
function startBackOff() {
  const failures = new Map<StreamName, number>();
  const backOff = (name: StreamName) => {
    const before = failures.get(name) ?? 0;
    failures.set(name, before + 1);
    return Math.min(LONGEST_BACK_OFF_MS, SHORTEST_BACK_OFF_MS * 2 ** Math.min(before, 20));
  };
  return { failures, backOff };
}

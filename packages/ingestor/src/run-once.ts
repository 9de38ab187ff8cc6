import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Job } from '@timepoint/shared/queues/queues';
import { acceptedIn } from './accepted-hole.ts';
import { collectMs } from './collect-ms.ts';
import { type Circumstances, type Decision, decide } from './decide.ts';
import { describeEnding } from './describe-ending.ts';
import type { Ending } from './ending.ts';
import { afterConnection, LASTING_MS } from './failures.ts';
import { heldLately } from './held-lately.ts';
import type { ReportedHold } from './hold-options.ts';
import { type Memory, remember } from './memory.ts';
import { isAboveNow } from './open-work.ts';
import type { Reasks } from './reasks.ts';
import { runConnection } from './run-connection.ts';
import type { Run } from './run-options.ts';
import { isBlocked } from './stuck.ts';
import { watchQueue } from './watch-queue.ts';

export interface OnceEnded {
  readonly run: Run;
  readonly decision: Decision;
  /** The memory after the connection. */
  readonly memory: Memory;
}

type OneRun = ReportedHold & {
  readonly streamJob: Job<StreamJob>;
  readonly turnEndsAt: number;
  readonly memory: Memory;
  readonly reasks: Reasks;
};

/** Opens one connection and reads it to its end. Returns what to do next, and the memory after it. */
export async function runOnce(options: OneRun, signal: AbortSignal): Promise<OnceEnded> {
  const { stream, streamJob, reporter, memory, reasks } = options;
  const { name } = stream;
  const before = streamJob.data.timepoint;
  const accepted = acceptedIn(streamJob.data, memory.accepted);
  const isLive = before === undefined || accepted?.cause === 'expired';
  const connection = reporter.connecting();
  const logger = options.logger.child({ stream: name, connection });
  const onOpen = () => options.budget?.opened(name);
  const run = await runWatched({ ...options, connection, logger, onOpen, ...memory, accepted }, signal);
  options.budget?.ended(name, run.ending);
  const hasMoved = streamJob.data.timepoint !== before;
  // A connection that ended at a line which is no event does not count as good because it lasted.
  const openMs = isBlocked(run) ? Math.min(reporter.openMs(), LASTING_MS) : reporter.openMs();
  const failures = afterConnection(memory.failures, { events: run.events, openMs, hasMoved });
  const decision = decideNext(run.ending, { failures, refusals: memory.refusals, isLive }, reasks);
  if (run.ending.kind !== 'lease-lost') reporter.ended(run.ending, decision);
  report(run, decision, logger);
  options.metrics.connectionEndings.inc({ stream: name, ending: run.ending.kind });
  const stored = streamJob.data;
  const known = { ...memory, accepted };
  return {
    run,
    decision,
    memory: remember({ memory: known, run, decision, failures, stored, reasks, stream }),
  };
}

type WatchedRun = ReportedHold &
  Pick<Memory, 'accepted' | 'stuck' | 'candidate' | 'silenceLimitMs'> & {
    readonly connection: string;
    readonly streamJob: Job<StreamJob>;
    readonly turnEndsAt: number;
    readonly onOpen: () => void;
  };

const NOT_OPENED: Run = {
  ending: { kind: 'high-water' },
  events: 0,
  hasUnplaced: false,
  hasRecorded: false,
  candidate: null,
};

/** Reads one connection while the queue is watched for reasons to close it. None is opened above the high-water mark. */
async function runWatched(options: WatchedRun, signal: AbortSignal): Promise<Run> {
  const isFull = await isAboveNow(options.queues, options.streamJob, options).catch(() => false);
  if (isFull) return NOT_OPENED;
  const close = new AbortController();
  const end = (ending: Ending) => close.abort(ending);
  const stopListening = options.queues.onConnectionLost(() =>
    end({ kind: 'queue-lost', message: 'the connection to the queue was closed' }),
  );
  const watch = new AbortController();
  let openJobs = 0;
  const onDepth = (count: number) => {
    openJobs = count;
  };
  const watching = watchQueue({ ...options, onDepth }, end, watch.signal);
  try {
    const isHeld = heldLately(options.isHeld);
    const run = { ...options, isHeld, collectMs: () => collectMs(openJobs) };
    return await runConnection(run, AbortSignal.any([signal, close.signal]));
  } finally {
    stopListening();
    watch.abort();
    await watching;
  }
}

function decideNext(
  ending: Ending,
  before: Pick<Circumstances, 'failures' | 'refusals' | 'isLive'>,
  reasks: Reasks,
): Decision {
  const now = performance.now();
  const asked = ending.kind === 'hole' ? reasks.of(ending.after) : 0;
  const circumstances = { ...before, reasks: asked, reasksLastHour: reasks.inLastHour(now) };
  const decision = decide(ending, circumstances, Math.random);
  if (ending.kind === 'hole' && decision.kind === 'retry') reasks.add(ending.after, now);
  return decision;
}

const EXPECTED: readonly Ending['kind'][] = ['clean', 'released', 'rewind', 'turn-over', 'unconfirmed'];

function report({ ending, events }: Run, decision: Decision, logger: Logger): void {
  const isGrave = decision.kind === 'go-live' || ending.kind === 'counted-anew';
  const level = EXPECTED.includes(ending.kind) ? 'info' : isGrave ? 'error' : 'warn';
  logger[level](
    { ending, detail: describeEnding(ending), events, decision: decision.kind },
    'connection ended',
  );
}

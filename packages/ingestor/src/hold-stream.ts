import { setTimeout as sleep } from 'node:timers/promises';
import { asError, type TimepointError } from '@timepoint/shared/errors';
import { type StreamJob, streamJobSchema } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import type { Job, Queues } from '@timepoint/shared/queues';
import { type Stream, type StreamName, streamNamed } from '@timepoint/shared/streams';
import { acceptedIn } from './accepted-hole.ts';
import { collectMs } from './collect-ms.ts';
import { type Circumstances, type Decision, decide } from './decide.ts';
import type { Ending } from './ending.ts';
import { startFailureLog } from './failure-log.ts';
import { afterConnection, LASTING_MS } from './failures.ts';
import { heldLately } from './held-lately.ts';
import { freshMemory, type Memory, remember } from './memory.ts';
import type { Metrics } from './metrics.ts';
import { type HighWater, isAboveNow } from './open-work.ts';
import { Reasks } from './reasks.ts';
import { describe, type Reporter, startReporter } from './reporter.ts';
import { runConnection } from './run-connection.ts';
import type { Run } from './run-options.ts';
import { isBlocked } from './stuck.ts';
import { waitForRequest } from './wait-for-request.ts';
import { adoptRewind, waitForDrain, watchQueue } from './watch-queue.ts';

export interface HoldOptions extends HighWater {
  readonly queues: Queues;
  /** Whether the job, and so the stream, is still this ingestor's; asking renews the lease. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  /** Has the job written only while it is this ingestor's. */
  readonly fence?: (streamJob: Job<StreamJob>) => Job<StreamJob>;
  readonly url: string;
  readonly key: string;
  readonly idleTimeoutMs: number;
  /** The limit of the stream's declaration unless given. */
  readonly silenceLimitMs?: number | undefined;
  readonly lowWaterJobs: number;
  /** How long a stream keeps its connection, in ms, while another stream waits for one. */
  readonly turnMs: number;
  /** Given the reporter of each stream while it is held. */
  readonly reporters?: Map<StreamName, Reporter>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** How a stream was let go. */
export type Release =
  | { readonly kind: 'released' }
  /** Its turn is over: another stream waits for a connection. */
  | { readonly kind: 'turn-over' }
  /** The lease is another ingestor's, or the queue has forgotten the stream, which will be registered again. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'stopped'; readonly error: TimepointError };

type NamedStream = Stream & { readonly name: StreamName };

const QUEUE_RETRY_MS = 500;
const POSITION = {
  failing: 'the queue does not give the position; asking again twice a second',
  over: 'the queue gives the position again',
};

/**
 * Holds a stream: one connection after the other, each from the stored timepoint, until the signal aborts
 * or a decision lets it go.
 */
export async function holdStream(
  name: StreamName,
  options: HoldOptions,
  signal: AbortSignal,
): Promise<Release> {
  const declared = streamNamed(name);
  const stream: NamedStream = {
    ...declared,
    name,
    silenceLimitMs: options.silenceLimitMs ?? declared.silenceLimitMs,
  };
  const reporter = startReporter(stream.silenceLimitMs);
  options.reporters?.set(name, reporter);
  try {
    const release = await holdReported({ ...options, stream, reporter }, signal);
    if (release.kind === 'lost' || isLeaseLost(signal.reason)) reporter.abandon();
    return release;
  } finally {
    options.reporters?.delete(name);
    await reporter.close();
  }
}

function isLeaseLost(reason: Ending | undefined): boolean {
  return reason?.kind === 'lease-lost';
}

type ReportedHold = HoldOptions & { readonly stream: NamedStream; readonly reporter: Reporter };

async function holdReported(options: ReportedHold, signal: AbortSignal): Promise<Release> {
  const { stream, reporter } = options;
  const { name } = stream;
  const reasks = new Reasks();
  const turnEndsAt = performance.now() + options.turnMs;
  let memory = freshMemory(stream);
  while (!signal.aborted) {
    const streamJob = await readStreamJob(name, options, signal);
    if (streamJob === 'lost') return { kind: 'lost' };
    if (streamJob === null) break;
    const before = streamJob.data.timepoint;
    const accepted = acceptedIn(streamJob.data, memory.accepted);
    const isLive = before === undefined || accepted?.cause === 'expired';
    reporter.use(streamJob);
    const connection = reporter.connecting();
    const logger = options.logger.child({ stream: name, connection });
    const run = await runWatched(
      { ...options, connection, logger, streamJob, turnEndsAt, ...memory, accepted },
      signal,
    );
    const hasMoved = streamJob.data.timepoint !== before;
    // That a connection lasted is nothing good of one that ended at a line which is no event.
    const openMs = isBlocked(run) ? Math.min(reporter.openMs(), LASTING_MS) : reporter.openMs();
    const failures = afterConnection(memory.failures, { events: run.events, openMs, hasMoved });
    const decision = decideNext(run.ending, { failures, refusals: memory.refusals, isLive }, reasks);
    if (!isLeaseLost(run.ending)) reporter.ended(run.ending, decision);
    report(run, decision, logger);
    options.metrics.connectionEndings.inc({ stream: name, ending: run.ending.kind });
    if (decision.kind === 'stop') return { kind: 'stopped', error: decision.error };
    if (isLeaseLost(run.ending)) return { kind: 'lost' };
    if (decision.kind === 'queue-up') return { kind: 'turn-over' };
    if (decision.kind === 'release') break;
    memory = { ...memory, accepted };
    memory = remember({ memory, run, decision, failures, stored: streamJob.data, reasks, stream });
    if (decision.kind === 'wait-for-drain') await waitForDrain({ ...options, streamJob }, signal);
    else if (run.ending.kind === 'counted-anew')
      await waitForRequest(options.queues, name, decision.delayMs, signal);
    else await sleep(decision.delayMs, undefined, { signal }).catch(() => undefined);
  }
  return { kind: 'released' };
}

/**
 * The stored position, waiting while the queue can't be reached; null when the signal aborts. No connection
 * is opened without the lease: after a loss of the queue it may be another's.
 */
async function readStreamJob(
  name: StreamName,
  { queues, isHeld, fence, logger }: HoldOptions,
  signal: AbortSignal,
): Promise<Job<StreamJob> | 'lost' | null> {
  const log = startFailureLog(logger.child({ stream: name }), POSITION);
  while (!signal.aborted) {
    try {
      const stored = await queues.streams.getJob(name);
      if (stored === undefined || !(await isHeld(stored))) return 'lost';
      const job = fence === undefined ? stored : fence(stored);
      const data = streamJobSchema.safeParse(job.data);
      if (!data.success) {
        // Its job is removed, and a worker registers it again with the position that the database proves.
        logger.error({ stream: name, err: data.error }, 'the stored position is unreadable; it is read anew');
        return 'lost';
      }
      job.data = data.data;
      await adoptRewind(queues, job, logger);
      log.succeeded();
      return job;
    } catch (error) {
      log.failed(asError(error));
      await sleep(QUEUE_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

type WatchedRun = ReportedHold &
  Pick<Memory, 'accepted' | 'stuck' | 'candidate' | 'silenceLimitMs'> & {
    readonly connection: string;
    readonly streamJob: Job<StreamJob>;
    readonly turnEndsAt: number;
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
  logger[level]({ ending, detail: describe(ending), events, decision: decision.kind }, 'connection ended');
}

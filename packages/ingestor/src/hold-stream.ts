import { setTimeout as sleep } from 'node:timers/promises';
import type { TimepointError } from '@timepoint/shared/errors';
import { type StreamJob, streamJobSchema } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import type { Job, Queues } from '@timepoint/shared/queues';
import { type Stream, type StreamName, streamNamed } from '@timepoint/shared/streams';
import { shift } from '@timepoint/shared/timepoint';
import { type Circumstances, type Decision, decide } from './decide.ts';
import type { Ending } from './ending.ts';
import { afterConnection, type Failures, NO_FAILURES, withFailure } from './failures.ts';
import type { Metrics } from './metrics.ts';
import { Reasks } from './reasks.ts';
import { type Reporter, startReporter } from './reporter.ts';
import { type Run, runConnection } from './run-connection.ts';
import type { AcceptedHole } from './sequence.ts';
import { adoptRewind, waitForDrain, watchQueue } from './watch-queue.ts';

export interface HoldOptions {
  readonly queues: Queues;
  /** Whether the job, and so the stream, is still this ingestor's; asking renews the lease. */
  readonly isHeld: (streamJob: Job<StreamJob>) => Promise<boolean>;
  readonly url: string;
  readonly key: string;
  readonly idleTimeoutMs: number;
  /** The limit of the stream's declaration unless given. */
  readonly silenceLimitMs?: number | undefined;
  readonly highWaterJobs: number;
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
  const turnEndsAt = Date.now() + options.turnMs;
  let memory: Memory = {
    failures: NO_FAILURES,
    refusals: 0,
    accepted: null,
    silenceLimitMs: stream.silenceLimitMs,
  };
  while (!signal.aborted) {
    const streamJob = await readStreamJob(name, options, signal);
    if (streamJob === 'lost') return { kind: 'lost' };
    if (streamJob === null) break;
    const before = streamJob.data.timepoint;
    const isLive = before === undefined || memory.accepted?.cause === 'expired';
    reporter.use(streamJob);
    const connection = reporter.connecting();
    const logger = options.logger.child({ stream: name, connection });
    const run = await runWatched(
      { ...options, connection, logger, streamJob, turnEndsAt, ...memory },
      signal,
    );
    const hasMoved = streamJob.data.timepoint !== before;
    const outcome = { events: run.events, openMs: reporter.openMs(), hasMoved };
    const failures = afterConnection(memory.failures, outcome);
    const decision = decideNext(run.ending, { failures, refusals: memory.refusals, isLive }, reasks);
    if (!isLeaseLost(run.ending)) reporter.ended(run.ending, decision);
    report(run, decision, logger);
    options.metrics.connectionEndings.inc({ stream: name, ending: run.ending.kind });
    if (decision.kind === 'stop') return { kind: 'stopped', error: decision.error };
    if (isLeaseLost(run.ending)) return { kind: 'lost' };
    if (decision.kind === 'queue-up') return { kind: 'turn-over' };
    if (decision.kind === 'release') break;
    memory = {
      failures: withFailure(failures, run.ending),
      refusals: isRefused(run.ending) ? memory.refusals + 1 : 0,
      accepted: nextAccepted(run, decision, memory.accepted, streamJob.data, reasks),
      silenceLimitMs: nextSilenceLimit(run, stream, memory.silenceLimitMs),
    };
    if (decision.kind === 'wait-for-drain') await waitForDrain(options.queues, options.lowWaterJobs, signal);
    else await sleep(decision.delayMs, undefined, { signal }).catch(() => undefined);
  }
  return { kind: 'released' };
}

/** What the next connection must know of the ones before. */
interface Memory {
  readonly failures: Failures;
  /** Refusals of the stored position in a row. */
  readonly refusals: number;
  readonly accepted: AcceptedHole | null;
  readonly silenceLimitMs: number;
}

/**
 * The stored position, waiting while the queue can't be reached; null when the signal aborts. No connection
 * is opened without the lease: after a loss of the queue it may be another's.
 */
async function readStreamJob(
  name: StreamName,
  { queues, isHeld }: HoldOptions,
  signal: AbortSignal,
): Promise<Job<StreamJob> | 'lost' | null> {
  while (!signal.aborted) {
    try {
      const job = await queues.streams.getJob(name);
      if (job === undefined || !(await isHeld(job))) return 'lost';
      job.data = streamJobSchema.parse(job.data);
      await adoptRewind(queues, job);
      return job;
    } catch {
      await sleep(QUEUE_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

type WatchedRun = ReportedHold &
  Pick<Memory, 'accepted' | 'silenceLimitMs'> & {
    readonly connection: string;
    readonly streamJob: Job<StreamJob>;
    readonly turnEndsAt: number;
  };

/** Reads one connection while the queue is watched for reasons to close it. */
async function runWatched(options: WatchedRun, signal: AbortSignal): Promise<Run> {
  const close = new AbortController();
  const end = (ending: Ending) => close.abort(ending);
  const stopListening = options.queues.onConnectionLost(() =>
    end({ kind: 'queue-lost', message: 'the connection to the queue was closed' }),
  );
  const watch = new AbortController();
  const watching = watchQueue(options, end, watch.signal);
  try {
    return await runConnection(options, AbortSignal.any([signal, close.signal]));
  } finally {
    stopListening();
    watch.abort();
    await watching;
  }
}

function isRefused(ending: Ending): boolean {
  return ending.kind === 'http' && ending.status === 416;
}

function decideNext(
  ending: Ending,
  before: Pick<Circumstances, 'failures' | 'refusals' | 'isLive'>,
  reasks: Reasks,
): Decision {
  const now = Date.now();
  const asked = ending.kind === 'hole' ? reasks.of(ending.after) : 0;
  const circumstances = { ...before, reasks: asked, reasksLastHour: reasks.inLastHour(now) };
  const decision = decide(ending, circumstances, Math.random);
  if (ending.kind === 'hole' && decision.kind === 'retry') reasks.add(ending.after, now);
  return decision;
}

/** The hole that the next connection may read past. */
function nextAccepted(
  { ending, events }: Run,
  decision: Decision,
  accepted: AcceptedHole | null,
  stored: StreamJob,
  reasks: Reasks,
): AcceptedHole | null {
  if (ending.kind === 'hole' && decision.kind === 'accept-hole') {
    return { after: ending.after, cause: ending.cause, attempts: reasks.of(ending.after) };
  }
  if (decision.kind === 'go-live' && stored.timepoint !== undefined) {
    return { after: shift(stored.timepoint, -1), cause: 'expired', attempts: 1 };
  }
  const isBehind =
    accepted !== null && (accepted.cause === 'expired' ? events > 0 : isPast(accepted, stored));
  return isBehind ? null : accepted;
}

function isPast(accepted: AcceptedHole, stored: StreamJob): boolean {
  return stored.timepoint !== undefined && stored.timepoint > accepted.after;
}

/** Silence is reported, and answered by a reconnect, once: until events come again. */
function nextSilenceLimit({ ending, events }: Run, stream: Stream, current: number): number {
  if (ending.kind === 'silent') return Number.POSITIVE_INFINITY;
  return events > 0 ? stream.silenceLimitMs : current;
}

const EXPECTED: readonly Ending['kind'][] = ['clean', 'released', 'rewind', 'turn-over'];

function report({ ending, events }: Run, decision: Decision, logger: Logger): void {
  const level = EXPECTED.includes(ending.kind) ? 'info' : decision.kind === 'go-live' ? 'error' : 'warn';
  logger[level]({ ending, events, decision: decision.kind }, 'connection ended');
}

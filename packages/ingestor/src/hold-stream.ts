import { setTimeout as sleep } from 'node:timers/promises';
import { type StreamJob, streamJobSchema } from '@timepoint/shared/contract/job';
import { type Stream, type StreamName, streamNamed } from '@timepoint/shared/contract/streams';
import { asError } from '@timepoint/shared/platform/errors';
import type { Job } from '@timepoint/shared/queues/queues';
import type { Ending } from './ending.ts';
import { startFailureLog } from './failure-log.ts';
import { giveBack, mustGiveBack } from './give-back.ts';
import type { HoldOptions, NamedStream, Release, ReportedHold } from './hold-options.ts';
import { clockNow, memoryIn, type Passed, withoutMemory } from './kept-memory.ts';
import { freshMemory } from './memory.ts';
import { Reasks } from './reasks.ts';
import { startReporter } from './reporter.ts';
import { runOnce } from './run-once.ts';
import { waitForTry } from './wait-for-try.ts';
import { adoptRewind, waitForDrain } from './watch-queue.ts';

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
  const reporter = startReporter(stream.silenceLimitMs, {
    logger: options.logger.child({ stream: name }),
  });
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

async function holdReported(options: ReportedHold, signal: AbortSignal): Promise<Release> {
  const { stream, reporter, queues } = options;
  const { name } = stream;
  const turnEndsAt = performance.now() + options.turnMs;
  let passed: Passed | null = null;
  while (!signal.aborted) {
    const streamJob = await readStreamJob(name, options, signal);
    if (streamJob === 'lost') return { kind: 'lost' };
    if (streamJob === null) break;
    const isFirst = passed === null;
    passed ??= memoryIn(streamJob.data, clockNow()) ?? fresh(stream);
    streamJob.data = withoutMemory(streamJob.data);
    reporter.use(streamJob, passed.isUnproductive);
    if (!isFirst && (await mustGiveBack(queues, turnEndsAt)))
      return giveBack({ kind: 'turn-over' }, { ...options, streamJob, passed }, signal);
    const { memory, reasks }: Passed = passed;
    const once = await runOnce({ ...options, streamJob, turnEndsAt, memory, reasks }, signal);
    const { run, decision } = once;
    if (decision.kind === 'stop') return { kind: 'stopped', error: decision.error };
    if (isLeaseLost(run.ending)) return { kind: 'lost' };
    if (decision.kind === 'release') break;
    passed = { memory: once.memory, reasks, isUnproductive: reporter.isUnproductive };
    const giving = { ...options, streamJob, passed };
    if (decision.kind === 'queue-up') return giveBack({ kind: 'turn-over' }, giving, signal);
    if (decision.kind === 'wait-for-drain') {
      await waitForDrain({ ...options, streamJob, turnEndsAt }, signal);
      continue;
    }
    const endsAtRequest = run.ending.kind === 'counted-anew';
    const { delayMs } = decision;
    const leftMs = await waitForTry({ queues, stream: name, delayMs, endsAtRequest, turnEndsAt }, signal);
    if (leftMs !== null) return giveBack({ kind: 'resting', delayMs: leftMs }, giving, signal);
  }
  return { kind: 'released' };
}

function fresh(stream: Stream): Passed {
  return { memory: freshMemory(stream), reasks: new Reasks(), isUnproductive: false };
}

/**
 * Reads the job with the stored position, and waits while the queue can't be reached; null when the signal aborts. No
 * connection is opened without the lease: after a loss of the queue another ingestor may have it.
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
        // The job is removed, and a worker registers it again with the position that the database proves.
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

import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Check } from '@timepoint/shared/platform/health';
import { inTime } from '@timepoint/shared/platform/in-time';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readQueues } from '@timepoint/shared/queues/read-queues';
import { restoreBudget } from '../budget.ts';
import type { Reporter } from '../reporter.ts';
import { findOverdue, findStuck, findUntaken } from './find-stuck.ts';

export interface ProgressOptions {
  readonly queues: Queues;
  /** The reporters of the streams that are held now. */
  readonly reporters: ReadonlyMap<StreamName, Reporter>;
  /** Streams that this ingestor may hold. */
  readonly streams: readonly StreamName[];
  /** Connections that all ingestors together may open. */
  readonly maxConnections: number;
  readonly idleTimeoutMs: number;
  /** Called when a loop hangs. */
  readonly onStuck: (error: TimepointError) => void;
  readonly graceMs?: number;
  /** How long from one look to the next, in ms. */
  readonly lookMs?: number;
}

export interface ProgressWatch {
  /** Whether every loop makes progress. */
  check(): Check;
  close(): Promise<void>;
}

/** Longer than a command to the queue, or the takeover of a lease, may take. In ms. */
export const PROGRESS_GRACE_MS = 30_000;
const LOOK_MS = 5_000;

/**
 * Watches that the loop of each held stream makes progress and that streams are taken. If one hangs at two looks in a row,
 * the process ends, and another ingestor, or a new start of this one, takes the streams. While the queue can't be reached,
 * everything waits for it, and a new start would not help.
 */
export function watchProgress(options: ProgressOptions): ProgressWatch {
  const { onStuck, graceMs = PROGRESS_GRACE_MS, lookMs = LOOK_MS } = options;
  const stop = new AbortController();
  // The first streams are taken a moment after the start.
  let queueLostAt = performance.now();
  let before: string[] = [];
  let given: TimepointError | null = null;

  const look = async () => {
    const untaken = await inTime(readUntaken(options, graceMs), QUEUE_DEADLINE_MS);
    if (untaken === null) queueLostAt = performance.now();
    if (untaken === null || performance.now() - queueLostAt <= graceMs) {
      before = [];
      return;
    }
    const found = [...findHanging(options, graceMs), ...untaken.map((stream) => `${stream} is not taken`)];
    const names = found.map((problem) => problem.split(' ', 1)[0] ?? '');
    const lasting = found.filter((_, index) => before.includes(names[index] ?? ''));
    before = names;
    if (lasting.length === 0) return;
    given = stuck(lasting);
    onStuck(given);
  };
  const repeat = async () => {
    while (!stop.signal.aborted && given === null) {
      await look();
      await sleep(lookMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const repeating = repeat();
  return {
    check: () =>
      given === null ? { ok: true, detail: 'in progress' } : { ok: false, detail: given.message },
    close: async () => {
      stop.abort();
      await repeating;
    },
  };
}

async function readUntaken(
  { queues, streams, maxConnections }: ProgressOptions,
  graceMs: number,
): Promise<StreamName[]> {
  // Without the budget every stream that waits for its turn would count as not taken.
  await restoreBudget(queues, maxConnections);
  const reading = await readQueues(queues);
  const promoted = await promoteOverdue(queues, findOverdue(reading, graceMs, Date.now()));
  if (await queues.streams.isPaused()) return [];
  const untaken = findUntaken(reading, streams, graceMs, Date.now());
  return untaken.filter((stream) => !promoted.includes(stream));
}

/**
 * Makes streams available that BullMQ still delays long after their next try was due. BullMQ goes by the wall clock, which
 * may have been set back, or be that of another machine. Returns the streams that were delayed.
 */
async function promoteOverdue({ streams }: Queues, overdue: readonly StreamName[]): Promise<StreamName[]> {
  const promoted: StreamName[] = [];
  for (const name of overdue) {
    const job = await streams.getJob(name);
    if (job === undefined || !(await job.isDelayed())) continue;
    await job.promote();
    promoted.push(name);
  }
  return promoted;
}

/** A queue without an answer for this long can't be reached, in ms: the watch must not hang with the loops. */
const QUEUE_DEADLINE_MS = 10_000;

function findHanging({ reporters, idleTimeoutMs }: ProgressOptions, graceMs: number): string[] {
  return [...reporters].flatMap(([stream, { current }]) => {
    const problem = findStuck(current, { idleTimeoutMs, graceMs }, Date.now());
    return problem === null ? [] : [`${stream} ${problem}`];
  });
}

function stuck(problems: readonly string[]): TimepointError {
  const message = `The ingestor hangs: ${problems.join('; ')}. The process ends; start it again.`;
  return new TimepointError('stream-stuck', message, { retryable: true });
}

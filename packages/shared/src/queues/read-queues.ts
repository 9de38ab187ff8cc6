import { type ConnectionReport, connectionReportSchema, moveMoments } from '../contract/connection-report.ts';
import { STREAM_NAMES, type StreamName } from '../contract/streams.ts';
import { PAUSED } from './bullmq-workarounds.ts';
import { type ConnectionBudget, readBudget } from './connection-budget.ts';
import { depthOf, type QueueDepth } from './depth.ts';
import type { Queues } from './queues.ts';
import { plausible, Sightings } from './sightings.ts';

/** A store that does not answer a read within this time counts as one that can't be reached, in ms. */
export const READ_DEADLINE_MS = 5_000;

/** Which ingestor has a stream, according to the queues. */
export interface StreamHold {
  readonly stream: StreamName;
  /** `unregistered`: no worker has registered it. `unheld`: no ingestor has taken it. */
  readonly hold: 'held' | 'unheld' | 'unregistered';
  /** When it was registered, in ms since the epoch; null when it is not. */
  readonly registeredAt: number | null;
  /** The last report of an ingestor that held it; null when there is none. */
  readonly report: ConnectionReport | null;
}

/** The state of the system, as far as the queues have it. */
export interface QueuesReading {
  readonly streams: readonly StreamHold[];
  /** Whether all connections that the budget allows are in use, so that a stream may have to wait for its turn. */
  readonly isBudgetUsed: boolean;
  /** How many connections ingestors may open and why; null when none has ever run. */
  readonly budget: ConnectionBudget | null;
  readonly depths: readonly QueueDepth[];
  /** When the oldest unfinished job of `events` was added, in ms since the epoch; null when there is none. */
  readonly oldestEventsAt: number | null;
}

/** The sightings of the queues that this process has open. */
const sightingsOf = new WeakMap<Queues, Sightings>();

/**
 * Reads the state of the queues. Rejects when they can't be reached, or take no writes. Moments that other processes
 * wrote by other clocks are changed into moments of our clock, as far as earlier readings show their age.
 */
export async function readQueues(queues: Queues): Promise<QueuesReading> {
  // First and alone: its refusal names the reason. It also ends the connection, so the other commands would not.
  await queues.ping();
  const [streams, depths, concurrency, budget, oldestEventsAt] = await Promise.all([
    readHolds(queues),
    Promise.all(queues.all.map(depthOf)),
    queues.streams.getGlobalConcurrency(),
    readBudget(queues),
    readOldest(queues, sightingsIn(queues)),
  ]);
  const held = streams.filter(({ hold }) => hold === 'held').length;
  const isBudgetUsed = concurrency !== null && held >= concurrency;
  return { streams, isBudgetUsed, budget, depths, oldestEventsAt };
}

/** Reads who has each stream, and how its connection is. Rejects when the queues can't be reached. */
export async function readHolds(queues: Queues): Promise<StreamHold[]> {
  const sightings = sightingsIn(queues);
  return Promise.all(STREAM_NAMES.map((stream) => readHold(queues, stream, sightings)));
}

function sightingsIn(queues: Queues): Sightings {
  const sightings = sightingsOf.get(queues) ?? new Sightings();
  sightingsOf.set(queues, sightings);
  return sightings;
}

async function readHold({ streams }: Queues, stream: StreamName, sightings: Sightings): Promise<StreamHold> {
  const job = await streams.getJob(stream);
  if (job === undefined) return { stream, hold: 'unregistered', registeredAt: null, report: null };
  const report = connectionReportSchema.safeParse(job.progress);
  return {
    stream,
    hold: (await job.isActive()) ? 'held' : 'unheld',
    registeredAt: asOld(job.timestamp, `registered ${stream}`, sightings),
    report: report.success ? asOurs(report.data, stream, sightings) : null,
  };
}

/** Changes a report into moments of our clock. When it was written is bounded by when this process saw it. */
function asOurs(report: ConnectionReport, stream: StreamName, sightings: Sightings): ConnectionReport {
  const bounds = sightings.see(`report ${stream}`, `${report.holder} ${report.at}`);
  const at = plausible(report.at, Date.now(), bounds);
  return at === report.at ? report : moveMoments(report, at - report.at);
}

/**
 * A moment that is not in the future, and does not move after it was first seen. It may be older than its first
 * sighting.
 */
function asOld(moment: number, key: string, sightings: Sightings): number {
  const { leastMs } = sightings.see(key, String(moment));
  return plausible(moment, Date.now(), { leastMs, mostMs: Number.POSITIVE_INFINITY });
}

async function readOldest({ events }: Queues, sightings: Sightings): Promise<number | null> {
  const oldest = await Promise.all(
    (['waiting', 'delayed', 'active'] as const).map((state) => readOldestOf(events, state)),
  );
  const times = oldest.filter((time) => time !== null);
  return times.length === 0 ? null : asOld(Math.min(...times), 'oldest events', sightings);
}

/** The last job can be taken between the count and the read, so both are repeated at most this often. */
const MAX_LOOKS = 5;

/**
 * When the oldest job of a queue in a state was added, in ms since the epoch; null when there is none. A job with a priority
 * waits, too.
 */
export async function readOldestOf(
  queue: Queues['all'][number],
  state: 'waiting' | 'delayed' | 'active',
): Promise<number | null> {
  if (state !== 'waiting') return readLastOf(queue, state);
  const [waiting, [prioritized]] = await Promise.all([
    readLastOf(queue, state),
    queue.getJobs(['prioritized'], 0, 0, true),
  ]);
  // A job can be taken between its being listed and its being read.
  const times = [waiting, prioritized?.timestamp ?? null].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

async function readLastOf(
  queue: Queues['all'][number],
  state: 'waiting' | 'delayed' | 'active',
): Promise<number | null> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const count = await queue.getJobCountByTypes(...(state === 'waiting' ? [state, PAUSED] : [state]));
    if (count === 0) return null;
    // By its place from the newest: the backend on Postgres always lists waiting jobs in that order.
    const [job] = await queue.getJobs([state], count - 1, count - 1);
    if (job !== undefined) return job.timestamp;
  }
  return null;
}

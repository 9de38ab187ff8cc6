import { type ConnectionReport, connectionReportSchema, moveMoments } from '../contract/connection-report.ts';
import { STREAM_NAMES, type StreamName } from '../contract/streams.ts';
import { type ConnectionBudget, readBudget } from './connection-budget.ts';
import type { JobType, Queues } from './queues.ts';
import { plausible, Sightings } from './sightings.ts';

/** A store that takes longer to be read, in ms, can't be reached for now. */
export const READ_DEADLINE_MS = 5_000;

/** Who has a stream, as far as the queues know. */
export interface StreamHold {
  readonly stream: StreamName;
  /** `unregistered`: no worker has asked for it to be followed; `unheld`: no ingestor has taken it. */
  readonly hold: 'held' | 'unheld' | 'unregistered';
  /** When it was registered, in ms since the epoch; null when it is not. */
  readonly registeredAt: number | null;
  /** The last report of whoever held it; null when nobody has. */
  readonly report: ConnectionReport | null;
}

/** How much waits in a queue. */
export interface QueueDepth {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** All that the queues tell of the state of the system. */
export interface QueuesReading {
  readonly streams: readonly StreamHold[];
  /** Whether all connections that the budget allows are in use, so that a stream may have to wait for its turn. */
  readonly isBudgetUsed: boolean;
  /** How many connections ingestors may open and why; null when none has ever run. */
  readonly budget: ConnectionBudget | null;
  readonly depths: readonly QueueDepth[];
  /** When the oldest job of live events that is not finished was added, in ms since the epoch; null when there is none. */
  readonly oldestEventsAt: number | null;
}

/** What was seen through the queues that a process has open. */
const sightingsOf = new WeakMap<Queues, Sightings>();

/**
 * Reads the state of the queues. Rejects when they can't be reached, or take nothing. Moments that others wrote by clocks
 * that differ from ours come as moments of ours, as far as earlier readings show how old they are.
 */
export async function readQueues(queues: Queues): Promise<QueuesReading> {
  // First and alone, as its refusal names the reason, which the others, whose connection ends by it, do not.
  await queues.ping();
  const [streams, depths, concurrency, budget, oldestEventsAt] = await Promise.all([
    readHolds(queues),
    Promise.all(queues.all.map(readDepth)),
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

/** By its holder's clock it is only known what it measured itself; when it wrote that is seen from here, too. */
function asOurs(report: ConnectionReport, stream: StreamName, sightings: Sightings): ConnectionReport {
  const bounds = sightings.see(`report ${stream}`, `${report.holder} ${report.at}`);
  const at = plausible(report.at, Date.now(), bounds);
  return at === report.at ? report : moveMoments(report, at - report.at);
}

/** A moment that is never in the future, and stays where it was seen first. That it is new here says nothing of its age. */
function asOld(moment: number, key: string, sightings: Sightings): number {
  const { leastMs } = sightings.see(key, String(moment));
  return plausible(moment, Date.now(), { leastMs, mostMs: Number.POSITIVE_INFINITY });
}

async function readDepth(queue: Queues['all'][number]): Promise<QueueDepth> {
  const { active = 0, delayed = 0, failed = 0 } = await queue.getJobCounts('active', 'delayed', 'failed');
  return { name: queue.name, waiting: await countWaiting(queue), active, delayed, failed };
}

/** As which the backend on Postgres, and only it, counts what waits in a paused queue. BullMQ does not declare it. */
const PAUSED = 'paused' as JobType;

/** Jobs that nobody has taken and that are due, also while somebody has paused the queue. */
export async function countWaiting(queue: Queues['all'][number]): Promise<number> {
  const counts = await queue.getJobCounts('waiting', PAUSED, 'prioritized');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function readOldest({ events }: Queues, sightings: Sightings): Promise<number | null> {
  const oldest = await Promise.all(
    (['waiting', 'delayed', 'active'] as const).map((state) => readOldestOf(events, state)),
  );
  const times = oldest.filter((time) => time !== null);
  return times.length === 0 ? null : asOld(Math.min(...times), 'oldest events', sightings);
}

/** The last can be taken between the count and the look. */
const MAX_LOOKS = 5;

/** When the oldest job of a queue in a state was added, in ms since the epoch; null when there is none. */
export async function readOldestOf(
  queue: Queues['all'][number],
  state: 'waiting' | 'delayed' | 'active',
): Promise<number | null> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const count = await queue.getJobCountByTypes(...(state === 'waiting' ? [state, PAUSED] : [state]));
    if (count === 0) return null;
    // By its place from the newest, as the backend on Postgres lists waiting jobs from there, whatever is asked.
    const [job] = await queue.getJobs([state], count - 1, count - 1);
    if (job !== undefined) return job.timestamp;
  }
  return null;
}

// Every queue, with its name, the schema of its jobs and how long they are kept.
import type { JobsOptions, Queue } from 'bullmq';
import type {
  ActionJob,
  DeadLetterJob,
  EventsJob,
  IncidentJob,
  MergeJob,
  RewindJob,
  StreamJob,
} from '../contract/job.ts';

export interface NamedQueues {
  readonly streams: Queue<StreamJob>;
  readonly events: Queue<EventsJob>;
  readonly rewinds: Queue<RewindJob>;
  readonly snapshots: Queue<MergeJob>;
  /** Jobs that run at certain times. */
  readonly maintenance: Queue;
  /** One job for each open dead letter. It is failed as long as the letter can't be applied. */
  readonly deadLetters: Queue<DeadLetterJob>;
  readonly actions: Queue<ActionJob>;
  readonly incidents: Queue<IncidentJob>;
  /** Every queue, in the order in which they are shown. */
  readonly all: readonly Queue[];
}

/**
 * Jobs with data are tried practically without limit, because all data must end in the database, so only the last stack
 * trace is kept. A job that can't be done, such as a letter, throws an UnrecoverableError and stays as failed.
 */
const DATA_JOB_OPTIONS: JobsOptions = {
  attempts: 1_000_000_000,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  stackTraceLimit: 1,
};

/** Finished jobs of the other queues are removed, so that the next job can have the same id. */
const SINGLE_JOB_OPTIONS: JobsOptions = { removeOnComplete: true, removeOnFail: true };

/** Failed jobs of the maintenance stay, so that they are found, until a later one succeeds. */
const MAINTENANCE_JOB_OPTIONS: JobsOptions = { removeOnComplete: true, removeOnFail: { count: 10 } };

/** The last actions stay, to show what came of them. */
const ACTION_JOB_OPTIONS: JobsOptions = {
  ...DATA_JOB_OPTIONS,
  removeOnComplete: { count: 50 },
  removeOnFail: { count: 50 },
};

/** Opens every queue by `open`, which gets the name and the options of its jobs. */
export function openEach(open: <Data>(name: string, options: JobsOptions) => Queue<Data>): NamedQueues {
  const queues = {
    streams: open<StreamJob>('streams', SINGLE_JOB_OPTIONS),
    events: open<EventsJob>('events', DATA_JOB_OPTIONS),
    deadLetters: open<DeadLetterJob>('dead-letters', DATA_JOB_OPTIONS),
    snapshots: open<MergeJob>('snapshots', DATA_JOB_OPTIONS),
    rewinds: open<RewindJob>('rewinds', SINGLE_JOB_OPTIONS),
    actions: open<ActionJob>('actions', ACTION_JOB_OPTIONS),
    incidents: open<IncidentJob>('incidents', DATA_JOB_OPTIONS),
    maintenance: open('maintenance', MAINTENANCE_JOB_OPTIONS),
  };
  return { ...queues, all: Object.values(queues) };
}

/** Closes every queue. */
export async function closeEach({ all }: NamedQueues): Promise<void> {
  await Promise.all(all.map((queue) => queue.close()));
}

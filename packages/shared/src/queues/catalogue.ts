// Every queue in one place: its name, the schema of its jobs, how their ids are made, and how long they are kept. No other
// file names a queue by a string.
import { randomUUID } from 'node:crypto';
import type { JobsOptions, Queue } from 'bullmq';
import { z } from 'zod';
import {
  type ActionJob,
  actionJobSchema,
  type DeadLetterJob,
  deadLetterJobSchema,
  type EventsJob,
  eventsJobSchema,
  type IncidentJob,
  incidentJobSchema,
  type LetterReason,
  type MergeJob,
  mergeJobSchema,
  type RewindJob,
  rewindJobSchema,
  type StreamJob,
  streamJobSchema,
} from '../contract/job.ts';
import type { Timepoint } from '../contract/timepoint.ts';

/** A queue, as all processes know it. */
export interface CataloguedQueue<Data = unknown> {
  readonly name: string;
  /** Parses the data of a job. */
  readonly schema: z.ZodType<Data>;
  /** Makes the id of a job from what the job is about. A second job with the same id is dropped as a repetition. */
  readonly jobId: (about: never) => string;
  readonly options: JobsOptions;
}

/** A dead letter, as far as the id of its job needs it. */
export interface LetterOfJob {
  /** The `id` in `ingest.dead_letters`. */
  readonly id: number;
  readonly stream: string;
  readonly timepoint: number | null;
  readonly reason: LetterReason;
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

/** The queues, in the order in which they are shown. */
export const catalogue = {
  /** One job for each stream that is followed. */
  streams: {
    name: 'streams',
    schema: streamJobSchema,
    jobId: (stream: string) => stream,
    options: SINGLE_JOB_OPTIONS,
  },
  events: {
    name: 'events',
    schema: eventsJobSchema,
    /** With the digest of the lines when the timepoints alone do not say which lines they are. */
    jobId: ({ stream, after, upTo, digest }: EventsJobOf) =>
      [stream, after + 1, upTo, ...(digest === undefined ? [] : [digest])].join('-'),
    options: DATA_JOB_OPTIONS,
  },
  /** One job for each open dead letter. It is failed as long as the letter can't be applied. */
  deadLetters: {
    name: 'dead-letters',
    schema: deadLetterJobSchema,
    /** By the id of the letter for a line without a timepoint, and for a letter that can share its timepoint with another one. */
    jobId: ({ stream, timepoint, reason, id }: LetterOfJob) => {
      const isBeside = reason === 'conflict' || reason === 'derivation';
      return timepoint === null || isBeside ? `${stream}-letter-${id}` : `${stream}-${timepoint}`;
    },
    options: DATA_JOB_OPTIONS,
  },
  snapshots: {
    name: 'snapshots',
    schema: mergeJobSchema,
    jobId: ({ snapshotId, chunk }: MergeJob) => `${snapshotId}-${chunk}`,
    options: DATA_JOB_OPTIONS,
  },
  rewinds: {
    name: 'rewinds',
    schema: rewindJobSchema,
    jobId: ({ stream, timepoint }: { stream: string; timepoint: Timepoint }) => `${stream}-${timepoint}`,
    options: SINGLE_JOB_OPTIONS,
  },
  actions: {
    name: 'actions',
    schema: actionJobSchema,
    jobId: () => randomUUID(),
    options: ACTION_JOB_OPTIONS,
  },
  incidents: {
    name: 'incidents',
    schema: incidentJobSchema,
    /** The same for every process that finds the problem. */
    jobId: ({ kind, stream }: { kind: string; stream: string | null }) =>
      stream === null ? kind : `${kind}.${stream}`,
    options: DATA_JOB_OPTIONS,
  },
  /** Jobs that run at certain times. */
  maintenance: {
    name: 'maintenance',
    schema: z.unknown(),
    /**
     * The id of the scheduler, from which BullMQ makes those of its jobs. Queues that exist have this id: a new id would
     * leave them with two schedulers.
     */
    jobId: () => 'tend-log',
    options: MAINTENANCE_JOB_OPTIONS,
  },
} as const satisfies Record<string, CataloguedQueue>;

/** What the id of a job of events is made of. */
export interface EventsJobOf {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
  readonly digest?: string | undefined;
}

export interface NamedQueues {
  readonly streams: Queue<StreamJob>;
  readonly events: Queue<EventsJob>;
  readonly deadLetters: Queue<DeadLetterJob>;
  readonly snapshots: Queue<MergeJob>;
  readonly rewinds: Queue<RewindJob>;
  readonly actions: Queue<ActionJob>;
  readonly incidents: Queue<IncidentJob>;
  readonly maintenance: Queue;
  /** Every queue, in the order in which they are shown. */
  readonly all: readonly Queue[];
}

/** Opens every queue by `open`. */
export function openEach(open: <Data>(queue: CataloguedQueue<Data>) => Queue<Data>): NamedQueues {
  const queues = {
    streams: open(catalogue.streams),
    events: open(catalogue.events),
    deadLetters: open(catalogue.deadLetters),
    snapshots: open(catalogue.snapshots),
    rewinds: open(catalogue.rewinds),
    actions: open(catalogue.actions),
    incidents: open(catalogue.incidents),
    maintenance: open(catalogue.maintenance),
  };
  return { ...queues, all: Object.values(queues) };
}

/** Closes every queue. */
export async function closeEach({ all }: NamedQueues): Promise<void> {
  await Promise.all(all.map((queue) => queue.close()));
}

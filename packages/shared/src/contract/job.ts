import { z } from 'zod';
import { storableText } from './storable-text.ts';
import { STREAM_NAMES, type StreamName } from './streams.ts';
import { parseTimepoint, type Timepoint } from './timepoint.ts';

/** A batch is closed at the first of these limits. A single longer line is a batch of its own. */
export const MAX_BATCH_EVENTS = 500;
export const MAX_BATCH_BYTES = 256 * 1024;

export const timepointSchema = z.unknown().transform((value, context): Timepoint => {
  const timepoint = parseTimepoint(value);
  if (timepoint === null) context.addIssue('not a timepoint');
  return timepoint ?? z.NEVER;
});

const streamSchema = z.enum(STREAM_NAMES as [StreamName, ...StreamName[]]);

/** Timepoints in `(after, upTo]` that the stream did not deliver, even when asked again. */
const holeSchema = z.object({
  after: timepointSchema,
  upTo: timepointSchema,
  /**
   * `jump`: missing between two events. `late-start`: the first event came late. `expired`: 416. `epoch`: between two
   * epochs.
   */
  cause: z.enum(['jump', 'late-start', 'expired', 'epoch']),
  /** How many times the stream was asked for them again. */
  attempts: z.int().min(0),
});

export type Hole = z.output<typeof holeSchema>;

/** A job of the queue `events`: raw lines that cover the timepoints `(after, upTo]` of a stream. */
export const eventsJobSchema = z.object({
  stream: streamSchema,
  /** The timepoint before the first event that we ever read of this stream. */
  origin: timepointSchema,
  after: timepointSchema,
  upTo: timepointSchema,
  /** The unchanged lines, in the order of arrival. Bytes that are not UTF-8 are U+FFFD. */
  lines: z.array(z.string()),
  /**
   * The lines with such bytes: their place in `lines`, and the bytes as they came, in base64. Absent: there are none.
   */
  undecodable: z.array(z.object({ index: z.int().min(0), bytes: z.base64() })).optional(),
  /**
   * The places in `lines` of those with a timepoint that the events around them contradict. They become letters, and do
   * not count as events. Absent: there are none.
   */
  misnumbered: z.array(z.int().min(0)).optional(),
  /** When the first of the lines was read, in ms since the epoch. */
  receivedAt: z.number(),
  holes: z.array(holeSchema).default([]),
  /** The name that the connection of these lines has in the logs of the ingestor. */
  connection: z.string().optional(),
});

export type EventsJob = z.output<typeof eventsJobSchema>;

/** A job of the queue `streams`: the lease of one stream, and where to resume it. */
export const streamJobSchema = z.object({
  /** The last timepoint that the queue has. The stream resumes with it. Absent: the stream begins live. */
  timepoint: timepointSchema.optional(),
  origin: timepointSchema.optional(),
  /** Jobs of the queue `events` with a line over the size of a batch: id and bytes. Some may be done. */
  large: z.array(z.tuple([z.string(), z.int().min(0)])).optional(),
  /**
   * What the ingestor that gave the stream back knew of its failures. Only ingestors read it, by a schema of their own, so
   * that a later version that can't read it loses no position. Absent: there is nothing to know.
   */
  memory: z.unknown().optional(),
});

export type StreamJob = z.output<typeof streamJobSchema>;

/**
 * A job of the queue `rewinds`: the ingestor that holds the stream reads it again from here, or goes on from here when
 * the timepoint is of a later epoch.
 */
export const rewindJobSchema = z.object({ timepoint: timepointSchema });

export type RewindJob = z.output<typeof rewindJobSchema>;

/** A job of the queue `snapshots`: staged lines of a file, to be merged into the register. */
export const mergeJobSchema = z.object({
  /** The `id` in `ingest.snapshots`. */
  snapshotId: z.int().positive(),
  /** The `chunk` in `ingest.snapshot_chunks`. */
  chunk: z.int().min(0),
});

export type MergeJob = z.output<typeof mergeJobSchema>;

/** A job of the queue `dead-letters`: a letter to be applied alone. It fails while the letter can't be applied. */
export const deadLetterJobSchema = z.object({
  /** The `id` in `ingest.dead_letters`. */
  id: z.int().positive(),
  /** The person who asked for the replay, for the audit; absent when the worker tries it by itself. */
  who: storableText.min(1).optional(),
});

export type DeadLetterJob = z.output<typeof deadLetterJobSchema>;

/** A moment that Postgres takes: it has no year 0. */
const moment = z.iso.datetime({ offset: true }).refine((text) => !text.startsWith('0000'), 'has no year');

/**
 * Why a letter is dead. `unreadable`: not JSON. `envelope`: no valid event envelope. `rejected`: refused by the
 * database. `conflict`: another event has its timepoint. `derivation`: the event is applied, but the change of status
 * that follows from it is refused.
 */
export const LETTER_REASONS = ['unreadable', 'envelope', 'rejected', 'conflict', 'derivation'] as const;

export type LetterReason = (typeof LETTER_REASONS)[number];

/** A selection of dead letters: those that match every condition that is given. */
export const letterSelectionSchema = z.strictObject({
  ids: z.array(z.int().positive()).min(1).optional(),
  stream: streamSchema.optional(),
  reason: z.enum(LETTER_REASONS).optional(),
  fingerprint: storableText.min(1).optional(),
  companyNumber: storableText.min(1).optional(),
  /** Leaves out letters that came later: a request is about the letters that its user saw. */
  upToId: z.int().positive().optional(),
  /** Last seen at or after this moment, ISO 8601. */
  since: moment.optional(),
  /** Last seen before this moment, ISO 8601. */
  until: moment.optional(),
  /** Superseded letters can be replayed too, to bring their facts into the history. */
  state: z.enum(['open', 'superseded']).default('open'),
});

export type LetterSelection = z.output<typeof letterSelectionSchema>;

/** A job of the queue `actions`: an action of a user on dead letters. Its progress is an {@link ActionProgress}. */
export const actionJobSchema = z
  .object({
    what: z.enum(['replay', 'dry-run', 'discard']),
    selection: letterSelectionSchema,
    /** The reason, which a discard must have. */
    because: storableText.trim().min(1).optional(),
    /** The person, for the audit. */
    who: storableText.min(1),
    /** Set while it is under way: it stops within 25 letters. */
    isCancelled: z.boolean().default(false),
  })
  .refine(({ what, because }) => what !== 'discard' || because !== undefined, {
    message: 'a discard needs a reason',
    path: ['because'],
  });

export type ActionJob = z.output<typeof actionJobSchema>;

/** How far an action has come, and its result when it is done. */
export const actionProgressSchema = z.object({
  /** Letters that were selected when it began. */
  total: z.int().min(0),
  done: z.int().min(0),
  /** Letters that a replay applied, a dry run would apply, or a discard discarded. */
  passed: z.int().min(0),
  failed: z.int().min(0),
  isCancelled: z.boolean(),
  /** The causes of failures, the most frequent first. */
  failures: z.array(z.object({ detail: z.string(), letters: z.int() })),
});

export type ActionProgress = z.output<typeof actionProgressSchema>;

/** A job of the queue `incidents`: a problem, from when it is found until it has been over for a while. */
export const incidentJobSchema = z.object({
  kind: z.string(),
  stream: streamSchema.nullable(),
  severity: z.enum(['warning', 'critical']).default('warning'),
  text: z.string(),
  /** When it was found, in ms since the epoch, like all moments here. */
  since: z.number(),
  /** Whether people were notified of it. */
  isNotified: z.boolean().default(false),
  /** When it was first seen to be absent; null while it is present. */
  calmSince: z.number().nullable().default(null),
  /** When people were notified that it is over; null before. It is kept for a while, in case it comes back. */
  endedAt: z.number().nullable().default(null),
  /** How often it came back while it was kept. */
  relapses: z.int().min(0).default(0),
});

/** The progress of an incident: when a process last saw it, and its text then. */
export const incidentNoteSchema = z.object({ seenAt: z.number(), text: z.string() });

export type IncidentNote = z.output<typeof incidentNoteSchema>;

export type IncidentJob = z.output<typeof incidentJobSchema>;

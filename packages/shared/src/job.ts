import { z } from 'zod';
import { STREAM_NAMES, type StreamName } from './streams.ts';
import { parseTimepoint, type Timepoint } from './timepoint.ts';

/** A batch is closed at whichever comes first. A single longer line travels alone. */
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
  /** `jump`: left out between two events. `late-start`: the first event came late. `expired`: 416. */
  cause: z.enum(['jump', 'late-start', 'expired']),
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
  /** Raw and untouched, in the order of arrival. */
  lines: z.array(z.string()),
  /** When the first of the lines was read, in ms since the epoch. */
  receivedAt: z.number(),
  holes: z.array(holeSchema).default([]),
});

export type EventsJob = z.output<typeof eventsJobSchema>;

/** A job of the queue `streams`: the lease of one stream, and where to resume it. */
export const streamJobSchema = z.object({
  /** The last timepoint held; asked for again on resume. Absent: live from now. */
  timepoint: timepointSchema.optional(),
  origin: timepointSchema.optional(),
});

export type StreamJob = z.output<typeof streamJobSchema>;

/** A job of the queue `rewinds`: whoever holds the stream reads it again from here. */
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

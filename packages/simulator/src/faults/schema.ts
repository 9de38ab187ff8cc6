import { STREAM_NAMES } from '@timepoint/shared/streams';
import { z } from 'zod';

const rate = z.number().min(0).max(1).default(0);
const times = z.int().min(1);

const respondSchema = z.strictObject({
  status: z.int().min(200).max(599),
  times,
  retryAfterSeconds: z.int().min(0).optional(),
  /** An HTML page for a 5xx and the publisher's JSON error for the others, unless given. */
  body: z.string().optional(),
});

const skipSchema = z.strictObject({
  stream: z.enum(STREAM_NAMES).default('companies'),
  timepoint: z.int(),
  times: times.nullable(),
});

/** What shall go wrong. A rate is the probability per event; one seed draws all of them. */
export const faultsSchema = z.strictObject({
  seed: z.int().default(1),
  /** Where writes are cut: at line breaks, at any byte, or after every byte (small amounts only). */
  chunking: z.enum(['lines', 'random', 'bytes']).optional(),
  crlf: z.boolean().default(false),
  /** The line again, or an older one of the same connection before it. */
  duplicateRate: rate,
  /** An extra line of rubbish before the event's, never instead of it. */
  malformedRate: rate,
  /** An extra blank line. */
  heartbeatRate: rate,
  /** The socket is destroyed after the event, half of the times with a cut tail of the next line. */
  disconnectRate: rate,
  /** The response ends cleanly after the event. */
  endRate: rate,
  /** A line `{"error": …}` after the event, then the end. */
  errorLineRate: rate,
  /** The event is left out the next `times` that it would be sent; null is for ever. */
  skip: z.array(skipSchema).default([]),
  /** The next `times` resumed connections start this many events late, with a 200. */
  lateStart: z.strictObject({ events: times, times }).optional(),
  /** The next requests for a stream are answered so, one entry after the other. */
  respond: z.array(respondSchema).default([]),
  /** Neither events nor heartbeats. */
  silent: z.boolean().default(false),
  /** Heartbeats only. */
  dataSilent: z.boolean().default(false),
});

export type FaultsInput = z.input<typeof faultsSchema>;
export type Faults = z.output<typeof faultsSchema>;
export type Respond = z.output<typeof respondSchema>;

export const NO_FAULTS: Faults = faultsSchema.parse({});

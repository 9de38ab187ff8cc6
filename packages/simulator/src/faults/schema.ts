import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { z } from 'zod';

const rate = z.number().min(0).max(1).default(0);
const times = z.int().min(1);

const respondSchema = z.strictObject({
  status: z.int().min(200).max(599),
  /** The requests for one stream alone; absent: for any. */
  stream: z.enum(STREAM_NAMES).optional(),
  /** Null is for ever. */
  times: times.nullable(),
  retryAfterSeconds: z.int().min(0).optional(),
  /** An HTML page for a 5xx and the publisher's JSON error for the others, unless given. */
  body: z.string().optional(),
});

/** One event of a stream, and how often it goes wrong: null is for ever. */
const place = {
  stream: z.enum(STREAM_NAMES).default('companies'),
  timepoint: z.int(),
  times: times.nullable(),
};

const PAGE_LINES = [
  '<html>',
  '<head><title>Scheduled maintenance</title></head>',
  '<body>',
  '<h1>We will be back soon.</h1>',
  '</body>',
  '</html>',
];

const pageSchema = z.strictObject({
  ...place,
  /** It comes where this event would; absent: from the start, with a head that says so. */
  timepoint: z.int().optional(),
  lines: z.array(z.string()).min(1).default(PAGE_LINES),
  /** Blank lines after each of its lines. */
  heartbeats: z.int().min(0).default(0),
  /** Otherwise the connection stays open, with heartbeats and nothing else. */
  isEnded: z.boolean().default(false),
});

const strangeLineSchema = z.strictObject({
  ...place,
  line: z
    .string()
    .regex(/^[^\n]+$/, 'must be one line')
    .default('{"error":"Internal Server Error","type":"ch:service"}'),
  /** The event itself is left out, so that the line stands in its place. */
  isInstead: z.boolean().default(false),
  /** The response ends after the line. */
  isEnded: z.boolean().default(false),
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
  skip: z.array(z.strictObject(place)).default([]),
  /** The next `times` resumed connections start this many events late, with a 200. */
  lateStart: z.strictObject({ events: times, times }).optional(),
  /** The next requests for a stream are answered so, one entry after the other. */
  respond: z.array(respondSchema).default([]),
  /** A page of HTML with status 200, instead of the stream. */
  page: z.array(pageSchema).default([]),
  /** A line before the event each time that it would be sent, so also after each reconnect. */
  strangeLine: z.array(strangeLineSchema).default([]),
  /** The event claims to be another one: `claims` stands in its `timepoint`. */
  wrongTimepoint: z.array(z.strictObject({ ...place, claims: z.int() })).default([]),
  /** After the event comes another one, of another resource, with the same timepoint. */
  twin: z.array(z.strictObject(place)).default([]),
  /** Inside of the event's document are bytes that are no UTF-8. */
  badBytes: z.array(z.strictObject(place)).default([]),
  /** Neither events nor heartbeats. */
  silent: z.boolean().default(false),
  /** Heartbeats only. */
  dataSilent: z.boolean().default(false),
});

export type FaultsInput = z.input<typeof faultsSchema>;
export type Faults = z.output<typeof faultsSchema>;
export type Page = Faults['page'][number];
/** Faults that strike at one event of a stream. */
export type PlacedFault = 'skip' | 'page' | 'strangeLine' | 'wrongTimepoint' | 'twin' | 'badBytes';
export type Respond = z.output<typeof respondSchema>;

export const NO_FAULTS: Faults = faultsSchema.parse({});

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
  /** The default is an HTML page for a 5xx and the publisher's JSON error for the others. */
  body: z.string().optional(),
});

/** One event of a stream, and how often its fault is applied: null means always. */
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
  /** The page replaces this event and those after it. Absent: it replaces the stream, with the type text/html. */
  timepoint: z.int().optional(),
  lines: z.array(z.string()).min(1).default(PAGE_LINES),
  /** The number of blank lines after each line of the page. */
  heartbeats: z.int().min(0).default(0),
  /** Otherwise the connection stays open with heartbeats only. */
  isEnded: z.boolean().default(false),
});

const strangeLineSchema = z.strictObject({
  ...place,
  line: z
    .string()
    .regex(/^[^\n]+$/, 'must be one line')
    .default('{"error":"Internal Server Error","type":"ch:service"}'),
  /** The line replaces the event. */
  isInstead: z.boolean().default(false),
  /** The response ends after the line. */
  isEnded: z.boolean().default(false),
});

/** The faults. A rate is the probability per event. One seed draws all of them. */
export const faultsSchema = z.strictObject({
  seed: z.int().default(1),
  /** Where writes are split: at line breaks, at any byte, or after every byte (small amounts only). */
  chunking: z.enum(['lines', 'random', 'bytes']).optional(),
  crlf: z.boolean().default(false),
  /** The line is repeated, or an older line of the same connection is sent before it. */
  duplicateRate: rate,
  /** An extra invalid line is sent before the line of the event, never instead of it. */
  malformedRate: rate,
  /** An extra blank line is sent. */
  heartbeatRate: rate,
  /** The socket is destroyed after the event, half of the times with a cut tail of the next line. */
  disconnectRate: rate,
  /** The response ends cleanly after the event. */
  endRate: rate,
  /** A line `{"error": …}` after the event, then the end. */
  errorLineRate: rate,
  /** The event is omitted the next `times` that it would be sent. Null means always. */
  skip: z.array(z.strictObject(place)).default([]),
  /** The next `times` resumed connections start this many events late, with a 200. */
  lateStart: z.strictObject({ events: times, times }).optional(),
  /** The next requests for a stream get these answers, one entry after the other. */
  respond: z.array(respondSchema).default([]),
  /** A page of HTML with status 200 replaces the stream. */
  page: z.array(pageSchema).default([]),
  /** A line is sent before the event each time that the event is sent, so also after each reconnect. */
  strangeLine: z.array(strangeLineSchema).default([]),
  /** The `timepoint` of the event is `claims`. */
  wrongTimepoint: z.array(z.strictObject({ ...place, claims: z.int() })).default([]),
  /** An event of another resource with the same timepoint follows the event. */
  twin: z.array(z.strictObject(place)).default([]),
  /** The document of the event has bytes that are no UTF-8. */
  badBytes: z.array(z.strictObject(place)).default([]),
  /** Neither events nor heartbeats. */
  silent: z.boolean().default(false),
  /** Heartbeats only. */
  dataSilent: z.boolean().default(false),
});

export type FaultsInput = z.input<typeof faultsSchema>;
export type Faults = z.output<typeof faultsSchema>;
export type Page = Faults['page'][number];
/** The faults of one event of a stream. */
export type PlacedFault = 'skip' | 'page' | 'strangeLine' | 'wrongTimepoint' | 'twin' | 'badBytes';
export type Respond = z.output<typeof respondSchema>;

export const NO_FAULTS: Faults = faultsSchema.parse({});

import { z } from 'zod';
import { parsePublishedAt } from './published-at.ts';
import { companyNumberOf, isResourceUri, MAX_URI_BYTES, normalizeResourceUri } from './resource-uri.ts';
import { type Replacement, storableJson } from './storable-json.ts';
import { parseTimepoint, type Timepoint } from './timepoint.ts';

/**
 * The envelope of an event: strict where exactness needs it (which resource, which timepoint, changed or
 * deleted, and a document for what changed), tolerant elsewhere. The document itself is not validated.
 */
const envelopeSchema = z.object({
  resource_uri: z
    .string()
    .min(1)
    .refine(isResourceUri, `longer than ${MAX_URI_BYTES} bytes, so it is no resource`),
  resource_kind: z.string().catch(''),
  data: z.unknown().optional(),
  event: z.object({
    timepoint: z.unknown().transform((value, context) => {
      const timepoint = parseTimepoint(value);
      if (timepoint === null) context.addIssue('not a whole number');
      return timepoint ?? z.NEVER;
    }),
    // Events without one are reported since 2026, and were changes.
    type: z.preprocess((type) => (isMissing(type) ? 'changed' : type), z.enum(['changed', 'deleted'])),
    published_at: z.unknown().optional().transform(parsePublishedAt),
  }),
});

/** One event of a stream, as it was read from a line. */
export interface StreamEvent {
  readonly timepoint: Timepoint;
  readonly type: 'changed' | 'deleted';
  /** As {@link normalizeResourceUri} writes it. */
  readonly resourceUri: string;
  readonly resourceKind: string;
  /** Upper case; null for resources that belong to no company. */
  readonly companyNumber: string | null;
  readonly publishedAt: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** The line as Postgres can hold it. */
  readonly line: string;
  /** The line as it came; a byte that is no UTF-8 is a lone surrogate, as `decodeText` makes it. */
  readonly raw: string;
  /** What of the line is not as it should be, although the event is good. */
  readonly deviations: readonly Deviation[];
}

/** Something of a line that was replaced or supplied, so that its event can be applied. */
export interface Deviation {
  readonly kind: 'unstorable' | 'missing-field';
  /** In the document, or in the envelope when it begins with `$.`. */
  readonly path: string;
  /** What was replaced; null for a field that was supplied. */
  readonly value: string | null;
}

/** A line that is not an event: why, and of its place and resource what it says itself. */
export interface BrokenLine {
  readonly timepoint: Timepoint | null;
  readonly resourceUri: string | null;
  readonly reason: 'unreadable' | 'envelope';
  readonly detail: string;
  /** The field of the envelope that is wrong; null when there is no envelope. */
  readonly path: string | null;
  /** As it came. */
  readonly line: string;
}

export type ParsedLine =
  | { readonly isEvent: true; readonly event: StreamEvent }
  | { readonly isEvent: false; readonly broken: BrokenLine };

/** Reads one line of a stream. Never throws: whatever is wrong comes back as a {@link BrokenLine}. */
export function parseLine(line: string): ParsedLine {
  const storable = storableJson(stripByteOrderMark(line));
  const json = parseJson(storable.json);
  if (json === undefined) return unreadable(line);
  const parsed = envelopeSchema.safeParse(json);
  if (!parsed.success) return broken(line, json, parsed.error.issues);
  const { event, data } = parsed.data;
  const isDocument = isRecord(data);
  if (event.type === 'changed' && !isDocument) {
    return broken(line, json, [{ path: ['data'], message: 'a changed event must carry a document' }]);
  }
  const resourceUri = normalizeResourceUri(parsed.data.resource_uri);
  return {
    isEvent: true,
    event: {
      timepoint: event.timepoint,
      type: event.type,
      resourceUri,
      resourceKind: parsed.data.resource_kind,
      companyNumber: companyNumberOf(resourceUri),
      publishedAt: event.published_at,
      data: isDocument ? data : null,
      line: storable.json,
      raw: line,
      deviations: findDeviations(json, line, storable.replacements),
    },
  };
}

function findDeviations(json: unknown, line: string, replacements: readonly Replacement[]): Deviation[] {
  const deviations = replacements.map(({ path, what }): Deviation => {
    const inDocument = /^data(?:\.|(?=\[)|$)/.exec(path);
    const shown = inDocument === null ? `$.${path}` : path.slice(inDocument[0].length) || '$.data';
    return { kind: 'unstorable', path: shown, value: what };
  });
  if (line.startsWith(BYTE_ORDER_MARK))
    deviations.push({ kind: 'unstorable', path: '$', value: 'a byte order mark' });
  const event = isRecord(json) ? json.event : null;
  if (isRecord(event) && isMissing(event.type))
    deviations.push({ kind: 'missing-field', path: '$.event.type', value: null });
  return deviations;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** What the ingestor needs to know of a line: its timepoint, or that it is the publisher's error message. */
export type Glance =
  | { readonly kind: 'event'; readonly timepoint: Timepoint }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'unreadable' };

/**
 * Reads the timepoint of a line and nothing else: the same that {@link parseLine} finds, on every line. An
 * `{"error":…}` line is the publisher giving up. Whether the rest of the line is sound is the worker's to find out.
 */
export function glance(line: string): Glance {
  const timepoint = findTimepoint(line);
  if (timepoint !== null) return { kind: 'event', timepoint };
  const json = parseJson(storableJson(stripByteOrderMark(line)).json);
  const parsed = timepointOf(json);
  if (parsed !== null) return { kind: 'event', timepoint: parsed };
  const isError = isRecord(json) && 'error' in json && !('resource_uri' in json);
  return isError ? { kind: 'error', message: line.slice(0, 500) } : { kind: 'unreadable' };
}

const EVENT_KEY = '"event":{';
const TIMEPOINT_KEY = '"timepoint"';
/** The publisher's `event` object, last in the line, flat and without escapes. */
const LAST_EVENT = /[,{]"event":\{([^{}\\]*)\}\}\s*$/y;
const TIMEPOINT = /(?:^|,)"timepoint":(0|[1-9]\d{0,15})(?:,|$)/;

/**
 * Finds the timepoint without parsing the line, which costs several times as much, in the shape that the publisher's
 * encoder gives to every event: `…,"event":{…,"timepoint":7,…}}`, with the event last. In a line that is JSON this is
 * the event's timepoint for certain. A quote behind a comma or brace opens a string or, if that comma is inside
 * one, closes it, and then `event` stands bare; so it is a key. Its object is flat and closes right before the end, so
 * it belongs to the outermost object, where no later key of the same name can replace it. Null when the shape is
 * another one.
 */
function findTimepoint(line: string): Timepoint | null {
  const at = line.lastIndexOf(EVENT_KEY);
  if (at < 1) return null;
  LAST_EVENT.lastIndex = at - 1;
  const event = LAST_EVENT.exec(line)?.[1];
  if (event === undefined) return null;
  const key = event.indexOf(TIMEPOINT_KEY);
  if (key < 0 || event.includes(TIMEPOINT_KEY, key + 1)) return null;
  return parseTimepoint(TIMEPOINT.exec(event)?.[1]);
}

const BYTE_ORDER_MARK = '\ufeff';

/** The line without the byte order mark that some writers put first, which JSON does not allow. */
export function stripByteOrderMark(line: string): string {
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
}

function timepointOf(json: unknown): Timepoint | null {
  return isRecord(json) && isRecord(json.event) ? parseTimepoint(json.event.timepoint) : null;
}

function unreadable(line: string): ParsedLine {
  const detail = 'the line is not JSON';
  const broken = {
    // Where the line ends like an event it has its place, whatever is broken before.
    timepoint: findTimepoint(line),
    resourceUri: null,
    reason: 'unreadable',
    detail,
    path: null,
    line,
  } as const;
  return { isEvent: false, broken };
}

function broken(
  line: string,
  json: unknown,
  issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[],
): ParsedLine {
  const paths = issues.map((issue) => issue.path.join('.'));
  const detail = issues.map((issue, index) => `${paths[index]}: ${issue.message}`).join('; ');
  return {
    isEvent: false,
    broken: {
      timepoint: timepointOf(json),
      resourceUri: resourceUriOf(json),
      reason: 'envelope',
      detail,
      path: paths[0] || null,
      line,
    },
  };
}

function resourceUriOf(json: unknown): string | null {
  const uri = isRecord(json) ? json.resource_uri : null;
  return typeof uri === 'string' && uri !== '' ? normalizeResourceUri(uri) : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

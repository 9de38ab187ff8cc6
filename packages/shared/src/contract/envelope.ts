import { z } from 'zod';
import { parsePublishedAt } from './published-at.ts';
import { companyNumberOf, isResourceUri, MAX_URI_BYTES, normalizeResourceUri } from './resource-uri.ts';
import { type Replacement, storableJson } from './storable-json.ts';
import { parseTimepoint, type Timepoint } from './timepoint.ts';

/**
 * The envelope of an event. It is strict where exactness needs it: the resource, the timepoint, changed or deleted, and
 * a document for a change. It is tolerant elsewhere. The document itself is not validated.
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
    // Events without a type have been seen since 2026. They were changes.
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
  /** The line as it came. A byte that is not UTF-8 is a lone surrogate, as `decodeText` returns it. */
  readonly raw: string;
  /** The faults of the line that do not keep its event from being applied. */
  readonly deviations: readonly Deviation[];
}

/** A part of a line that was replaced or supplied, so that its event can be applied. */
export interface Deviation {
  readonly kind: 'unstorable' | 'missing-field';
  /** The path in the document, or in the envelope when it begins with `$.`. */
  readonly path: string;
  /** The replaced value; null for a field that was supplied. */
  readonly value: string | null;
}

/** A line that is not an event: the reason, and its timepoint and resource as far as the line has them. */
export interface BrokenLine {
  readonly timepoint: Timepoint | null;
  readonly resourceUri: string | null;
  readonly reason: 'unreadable' | 'envelope';
  readonly detail: string;
  /** The field of the envelope that is invalid; null when there is no envelope. */
  readonly path: string | null;
  /** As it came. */
  readonly line: string;
}

export type ParsedLine =
  | { readonly isEvent: true; readonly event: StreamEvent }
  | { readonly isEvent: false; readonly broken: BrokenLine };

/** Reads one line of a stream. Never throws: an invalid line is returned as a {@link BrokenLine}. */
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

/** The part of a line that the ingestor needs: its timepoint, or the error message of the publisher. */
export type Glance =
  | { readonly kind: 'event'; readonly timepoint: Timepoint }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'unreadable' };

/**
 * Reads only the timepoint of a line. It is the same that {@link parseLine} finds, for every line. With a line
 * `{"error":…}` the publisher ends a connection. The worker checks the rest of the line.
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
 * Finds the timepoint without parsing the line, which would take several times as long. It looks for the form that the
 * publisher's encoder gives to every event: `…,"event":{…,"timepoint":7,…}}`, with the event last. In a line that is
 * JSON this is certainly the timepoint of the event. A quote after a comma or brace opens a string, or closes one when
 * that comma is inside a string, and then `event` would be outside of strings; so it is a key. Its object is flat and
 * closes right before the end, so it belongs to the outermost object, where no later key of the same name can replace
 * it. Null when the line has another form.
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

/** Removes the byte order mark at the beginning of a line, which JSON does not allow. */
export function stripByteOrderMark(line: string): string {
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
}

function timepointOf(json: unknown): Timepoint | null {
  return isRecord(json) && isRecord(json.event) ? parseTimepoint(json.event.timepoint) : null;
}

function unreadable(line: string): ParsedLine {
  const detail = 'the line is not JSON';
  const broken = {
    // A line that ends like an event has a timepoint, even when its beginning is broken.
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

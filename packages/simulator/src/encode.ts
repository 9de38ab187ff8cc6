import { DEFAULT_VARIANTS, type Variants } from './variants.ts';
import type { PublishedForm, SimulatedEvent } from './world/event.ts';

const HOUR_MS = 3_600_000;

/** Encodes an event as the publisher does: one line of JSON, without its line break. */
export function encodeEvent(
  event: SimulatedEvent,
  timepoint: number,
  emittedMs: number,
  variants: Variants = DEFAULT_VARIANTS,
): string {
  const { resourceKind: resource_kind, resourceId: resource_id, type } = event;
  const resource_uri = uriOnTheWire(event);
  const form = variants.publishedAt === 'mixed' ? event.publishedForm : variants.publishedAt;
  const published_at = writePublishedAt(form, emittedMs - event.publishedLagMs);
  const isTyped = type === 'deleted' || !variants.withoutType.includes(event.stream);
  const tail = {
    fields_changed: event.fieldsChanged,
    timepoint,
    published_at,
    type: isTyped ? type : undefined,
  };
  const data = dataOnTheWire(event, timepoint, variants);
  return encodeLikeGo(
    variants.keyOrder === 'mixed' && event.isDataFirst
      ? { data, resource_id, event: tail, resource_kind, resource_uri }
      : { resource_kind, resource_uri, resource_id, data, event: tail },
  );
}

/** Formats the URI. The publisher omits the leading slash on one stream. */
function uriOnTheWire({ stream, resourceUri }: SimulatedEvent): string {
  return stream === 'company-exemptions' ? resourceUri.slice(1) : resourceUri;
}

function dataOnTheWire(event: SimulatedEvent, timepoint: number, variants: Variants): unknown {
  const data = variants.keyOrder === 'go' ? sortKeys(event.data) : event.data;
  return event.type === 'deleted'
    ? deletedData(event, data, { timepoint, form: variants.deletedData })
    : data;
}

// Every third deletion has a string, so that all forms are frequent.
const STRING_SHARE = 3;

function deletedData(
  { resourceUri: self, resourceKind: kind }: SimulatedEvent,
  data: unknown,
  { timepoint, form }: { readonly timepoint: number; readonly form: Variants['deletedData'] },
): unknown {
  const hasData = data !== undefined && data !== null;
  switch (form) {
    case 'mixed':
      // Depends on the timepoint and not on chance, so that a restart emits the same line.
      if (timepoint % STRING_SHARE > 0) return data;
      return hasData ? encodeLikeGo(data) : '';
    case 'document':
      return hasData ? data : { kind, links: { self } };
    case 'stub':
      return { links: { self } };
    case 'string':
      return encodeLikeGo(hasData ? data : { links: { self } });
    case 'empty-string':
      return '';
    case 'null':
      return null;
    case 'absent':
      return undefined;
  }
}

/** Sorts the keys at every depth, as Go's encoder does for a map. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** Encodes JSON as Go's encoder does: escapes `&`, `<` and `>` and nothing else. */
export function encodeLikeGo(value: unknown): string {
  const json = JSON.stringify(value);
  return NEEDS_ESCAPE.test(json) ? json.replace(/[&<>]/g, (found) => GO_ESCAPES[found] ?? found) : json;
}

const NEEDS_ESCAPE = /[&<>]/;
const GO_ESCAPES: Readonly<Record<string, string>> = { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e' };

/** Formats `published_at` in one of its known forms. The first one is UTC without a zone. */
export function writePublishedAt(form: PublishedForm, ms: number): string {
  switch (form) {
    case 'seconds':
      return new Date(ms).toISOString().slice(0, 19);
    case 'microseconds':
      return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
    case 'offset':
      return `${new Date(ms + HOUR_MS).toISOString().slice(0, 23)}000+01:00`;
    case 'half-day':
      return new Date(ms)
        .toISOString()
        .slice(0, 19)
        .replace(/T\d\d/, `T${halfDayHour(ms)}`);
  }
}

/** The hour from 01 to 12, without a.m. or p.m. */
function halfDayHour(ms: number): string {
  return String(new Date(ms).getUTCHours() % 12 || 12).padStart(2, '0');
}

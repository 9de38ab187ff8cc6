import type { PublishedForm, SimulatedEvent } from './world/event.ts';

const HOUR_MS = 3_600_000;

/** Writes an event as the publisher does: one line of JSON, without its line break. */
export function encodeEvent(event: SimulatedEvent, timepoint: number, emittedMs: number): string {
  const { resourceKind: resource_kind, resourceId: resource_id, data } = event;
  const resource_uri = uriOnTheWire(event);
  const published_at = writePublishedAt(event.publishedForm, emittedMs - event.publishedLagMs);
  const tail = { fields_changed: event.fieldsChanged, timepoint, published_at, type: event.type };
  return encodeLikeGo(
    event.isDataFirst
      ? { data, resource_id, event: tail, resource_kind, resource_uri }
      : { resource_kind, resource_uri, resource_id, data, event: tail },
  );
}

/** The publisher leaves the leading slash out on one stream. */
function uriOnTheWire({ stream, resourceUri }: SimulatedEvent): string {
  return stream === 'company-exemptions' ? resourceUri.slice(1) : resourceUri;
}

/** JSON as Go's encoder writes it: `&`, `<` and `>` escaped, everything else raw. */
export function encodeLikeGo(value: unknown): string {
  const json = JSON.stringify(value);
  return NEEDS_ESCAPE.test(json) ? json.replace(/[&<>]/g, (found) => GO_ESCAPES[found] ?? found) : json;
}

const NEEDS_ESCAPE = /[&<>]/;
const GO_ESCAPES: Readonly<Record<string, string>> = { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e' };

/** The forms that `published_at` is known to have; the first is UTC without saying so. */
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

/** From 01 to 12, with nothing to say which half of the day it is. */
function halfDayHour(ms: number): string {
  return String(new Date(ms).getUTCHours() % 12 || 12).padStart(2, '0');
}

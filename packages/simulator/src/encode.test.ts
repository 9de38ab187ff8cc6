import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEvent, encodeLikeGo, writePublishedAt } from './encode.ts';
import { createWorld } from './world/world.ts';

const AFTERNOON = Date.UTC(2026, 0, 22, 17, 3, 3, 45);

describe("Timepoint's simulator encodes events so that", () => {
  it('ampersands and angle brackets are escaped as Go does, and nothing else is', () => {
    expect(encodeLikeGo('<A> & B\u2028ŵ🐝')).toBe('"\\u003cA\\u003e \\u0026 B\u2028ŵ🐝"');
  });

  it('any text is still the same text for a JSON parser', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = encodeLikeGo(value);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(line).not.toMatch(/[&<>\n\r]/);
      }),
    );
  });

  it('published_at has the documented forms', () => {
    expect(writePublishedAt('seconds', AFTERNOON)).toBe('2026-01-22T17:03:03');
    expect(writePublishedAt('microseconds', AFTERNOON)).toBe('2026-01-22T17:03:03.045000Z');
    expect(writePublishedAt('offset', AFTERNOON)).toBe('2026-01-22T18:03:03.045000+01:00');
    expect(writePublishedAt('half-day', AFTERNOON)).toBe('2026-01-22T05:03:03');
  });

  it('published_at is the time of emission, a little earlier at times', () => {
    const world = createWorld(1);
    const lags = Array.from({ length: 1_000 }, () => {
      const { event } = JSON.parse(
        encodeEvent({ ...world.next(), publishedForm: 'microseconds' }, 1, AFTERNOON),
      );
      return AFTERNOON - Date.parse(event.published_at);
    });
    expect(lags.filter((lag) => lag === 0).length).toBeGreaterThan(800);
    expect(lags.every((lag) => lag >= 0 && lag < 2_000)).toBe(true);
    expect(new Set(lags).size).toBeGreaterThan(10);
  });

  it('the members of the envelope come in both orders, and absent data has no member', () => {
    const event = { ...createWorld(1).next(), data: undefined };
    expect(encodeEvent({ ...event, isDataFirst: true }, 7, 0)).toMatch(
      /^{"resource_id":.*"event":{"timepoint":7,/,
    );
    expect(encodeEvent({ ...event, isDataFirst: false }, 7, 0)).toMatch(
      /^{"resource_kind":"company-profile",/,
    );
    expect(encodeEvent({ ...event, data: null }, 7, 0)).toContain('"data":null');
  });
});

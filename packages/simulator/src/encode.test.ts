import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEvent, encodeLikeGo, writePublishedAt } from './encode.ts';
import { type VariantsInput, variantsSchema } from './variants.ts';
import { createWorld } from './world/world.ts';

const variants = (input: VariantsInput) => variantsSchema.parse(input);
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
        encodeEvent(world.next(), 1, AFTERNOON, variants({ publishedAt: 'microseconds' })),
      );
      return AFTERNOON - Date.parse(event.published_at);
    });
    expect(lags.filter((lag) => lag === 0).length).toBeGreaterThan(800);
    expect(lags.every((lag) => lag >= 0 && lag < 2_000)).toBe(true);
    expect(new Set(lags).size).toBeGreaterThan(10);
  });

  it('the members of the envelope come in one order, or in two where that is wanted, and absent data has none', () => {
    const event = { ...createWorld(1).next(), data: undefined };
    expect(encodeEvent({ ...event, isDataFirst: true }, 7, 0)).toMatch(
      /^{"resource_kind":"company-profile",/,
    );
    expect(encodeEvent({ ...event, isDataFirst: true }, 7, 0, variants({ keyOrder: 'mixed' }))).toMatch(
      /^{"resource_id":.*"event":{"timepoint":7,/,
    );
    expect(encodeEvent({ ...event, isDataFirst: false }, 7, 0)).toMatch(
      /^{"resource_kind":"company-profile",/,
    );
    expect(encodeEvent({ ...event, data: null }, 7, 0)).toContain('"data":null');
  });

  it('the keys of documents are sorted at every depth', () => {
    const data = { name: 'A', links: { self: 'x', officers: 'y' }, list: [{ b: 1, a: 2 }], address: null };
    const event = { ...createWorld(1).next(), data };
    const sorted = '{"address":null,"links":{"officers":"y","self":"x"},"list":[{"a":2,"b":1}],"name":"A"}';
    expect(encodeEvent(event, 1, 0)).toContain(`"data":${sorted}`);
    expect(encodeEvent(event, 1, 0, variants({ keyOrder: 'mixed' }))).toContain('"data":{"name":"A","links"');
  });

  it('times have no zone unless another form is wanted', () => {
    const event = { ...createWorld(1).next(), publishedForm: 'offset', publishedLagMs: 0 } as const;
    expect(encodeEvent(event, 1, AFTERNOON)).toContain('"published_at":"2026-01-22T17:03:03"');
    expect(encodeEvent(event, 1, AFTERNOON, variants({ publishedAt: 'mixed' }))).toContain('45000+01:00"');
  });

  it.each([
    ['document', '"data":{"company_name":"A & B"}'],
    ['stub', '"data":{"links":{"self":"/company/31415500"}}'],
    ['string', '"data":"{\\"company_name\\":\\"A \\\\u0026 B\\"}"'],
    ['empty-string', '"data":""'],
    ['null', '"data":null'],
    ['absent', '"resource_id":"31415500","event"'],
  ] as const)('a deleted event carries its data as %s', (deletedData, expected) => {
    const event = { ...createWorld(1).next(), type: 'deleted', data: { company_name: 'A & B' } } as const;
    const line = encodeEvent(event, 1, 0, variants({ deletedData }));
    expect(line.replaceAll('A \\u0026 B', deletedData === 'document' ? 'A & B' : 'A \\u0026 B')).toContain(
      expected,
    );
    const changed = encodeEvent({ ...event, type: 'changed' }, 1, 0, variants({ deletedData }));
    expect(changed).toContain('"data":{"company_name":');
  });

  it('deleted events take turns with documents and strings by default', () => {
    const event = { ...createWorld(1).next(), type: 'deleted', data: { a: 1 } } as const;
    const forms = [1, 2, 3].map((timepoint) => typeof JSON.parse(encodeEvent(event, timepoint, 0)).data);
    expect(forms).toEqual(['object', 'object', 'string']);
    expect(JSON.parse(encodeEvent({ ...event, data: null }, 3, 0)).data).toBe('');
  });

  it('changed events of chosen streams say no type, and deletes do', () => {
    const event = createWorld(1).next();
    const chosen = variants({ withoutType: ['companies'] });
    expect(encodeEvent(event, 1, 0, chosen)).not.toContain('"type":"changed"');
    expect(encodeEvent({ ...event, type: 'deleted' }, 1, 0, chosen)).toContain('"type":"deleted"');
    expect(encodeEvent({ ...event, stream: 'filings' }, 1, 0, chosen)).toContain('"type":"changed"');
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PATH, MAX_REPLACEMENTS, storableJson, storableText } from './storable-json.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('Timepoint, making JSON storable,', () => {
  it.each([
    ['U+0000', String.raw`{"a":"x\u0000y"}`, '{"a":"x\ufffdy"}', 'a', 'U+0000'],
    [
      'the first half of a pair',
      String.raw`{"a":["\ud83d!"]}`,
      '{"a":["\ufffd!"]}',
      'a[]',
      'half a surrogate pair',
    ],
    ['the second half of a pair', String.raw`{"a":"\uDE00"}`, '{"a":"\ufffd"}', 'a', 'half a surrogate pair'],
    [
      'a byte that stands as half a pair',
      '{"a":"CAF\udcc9"}',
      '{"a":"CAF\ufffd"}',
      'a',
      'a byte that is no UTF-8',
    ],
    ['what is in a key', String.raw`{"a":{"k\u0000":1}}`, '{"a":{"k\ufffd":1}}', 'a.k\ufffd', 'U+0000'],
    [
      'a number with a large exponent',
      '{"a":-1.5E+200000}',
      '{"a":"-1.5E+200000"}',
      'a',
      'a number that is too long',
    ],
    ['a number close to zero', '[1,2e-20000]', '[1,"2e-20000"]', '[]', 'a number that is too long'],
    [
      'a number with an exponent beyond all numbers',
      '{"a":1e99999999999999999999}',
      '{"a":"1e99999999999999999999"}',
      'a',
      'a number that is too long',
    ],
    [
      'a number of many digits',
      `{"a":${'7'.repeat(100_000)}}`,
      `{"a":"${'7'.repeat(100_000)}"}`,
      'a',
      'a number that is too long',
    ],
    [
      'what is nested too deep',
      `{"a":[${nested(1_200)}]}`,
      `{"a":[${'['.repeat(998)}"${nested(202)}"${']'.repeat(998)}]}`,
      `a${'[]'.repeat(999)}`.slice(0, MAX_PATH),
      'nested too deep',
    ],
  ])('replaces %s and says where', (_title, json, expected, path, what) => {
    expect(storableJson(json)).toEqual({ json: expected, replacements: [{ path, what }] });
    expect(storableJson(expected)).toEqual({ json: expected, replacements: [] });
  });

  it.each([
    ['an escape that is escaped', String.raw`{"a":"\\u0000","b":"\\\\ud800"}`],
    ['a pair of escapes', String.raw`{"a":"\ud83d\ude00"}`],
    ['a pair of characters', '{"a":"😀"}'],
    ['numbers that are written as text', '{"a":"1e200000","b":",1e9999"}'],
    ['numbers that are long but not too long', `{"a":1e400,"b":[-1e-400,${'9'.repeat(900)}]}`],
    ['brackets in text', `{"a":"${'['.repeat(5_000)}"}`],
    ['what is nested as deep as it may be', `{"a":${nested(999)}}`],
    ['much that is not nested', `[${Array.from({ length: 3_000 }, () => '{}').join()}]`],
  ])('leaves %s as it is', (_title, json) => {
    expect(storableJson(json)).toEqual({ json, replacements: [] });
  });

  it('leaves what is no JSON no JSON', () => {
    for (const text of [
      '',
      '"',
      '{"a":"\\u0000',
      '{"a":\\u0000}',
      ']]\\u0000',
      '{"a":1e2000',
      '\\ud800',
      '-1e5000x',
    ])
      expect(() => JSON.parse(storableJson(text).json)).toThrow();
  });

  it('replaces everywhere, and reports as much as can be read', () => {
    const keys = Array.from({ length: 100 }, (_, index) => `"${'k'.repeat(500)}${index}":"\\u0000"`);
    const { json, replacements } = storableJson(`{${keys.join()}}`);
    expect(json).not.toContain('\\u0000');
    expect(replacements.length).toBeLessThanOrEqual(MAX_REPLACEMENTS);
    for (const { path } of replacements) expect(path.length).toBeLessThanOrEqual(MAX_PATH);
  });

  it('changes nothing but what can not be held, whatever the document', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')),
        fc.dictionary(text, tie('tree')),
      ),
    }));
    const clean = (value: unknown): unknown => {
      if (typeof value === 'string') return storableText(value);
      if (Array.isArray(value)) return value.map(clean);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [storableText(key), clean(member)]),
      );
    };
    fc.assert(
      fc.property(tree, fc.boolean(), (value, isPretty) => {
        const written = JSON.stringify(value, null, isPretty ? 2 : undefined);
        const { json, replacements } = storableJson(written);
        expect(JSON.parse(json)).toEqual(clean(JSON.parse(written)));
        expect(json.isWellFormed()).toBe(true);
        expect(replacements.length > 0).toBe(json !== written);
      }),
      { numRuns: 150 },
    );
  });
});

describe('Timepoint, making text storable,', () => {
  it('replaces what Postgres and UTF-8 can not hold, and nothing else', () => {
    expect(storableText('A\0B\ud800C\udcc9 😀')).toBe('A\ufffdB\ufffdC\ufffd 😀');
  });
});

import { describe, expect, it } from '@jest/globals';
import { eventOf, TEST_DOCUMENTS } from '@timepoint/testkit/documents';
import fc from 'fast-check';
import { STREAM_NAMES, type StreamName } from '../streams.ts';
import { DOCUMENTS } from './by-stream.ts';
import { findSchemaDrift } from './find-schema-drift.ts';

const find = (stream: StreamName, data: unknown) => findSchemaDrift(stream, eventOf(data));
const fingerprints = (stream: StreamName, data: unknown) =>
  find(stream, data).map((drift) => drift.fingerprint);

/** Every object in a document with its path, except maps, which take any name. */
function objectsOf(
  value: unknown,
  path = '',
): { readonly path: string; readonly object: Record<string, unknown> }[] {
  if (Array.isArray(value)) return value.flatMap((item) => objectsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null || path.endsWith('description_values')) return [];
  const object = value as Record<string, unknown>;
  const members = Object.entries(object);
  return [
    { path, object },
    ...members.flatMap(([name, member]) => objectsOf(member, path === '' ? name : `${path}.${name}`)),
  ];
}

describe('Timepoint, looking at a document for what is not documented,', () => {
  it.each(STREAM_NAMES)('finds nothing in the documents that are known of %s', (stream) => {
    for (const document of TEST_DOCUMENTS[stream]) {
      expect(fingerprints(stream, document)).toEqual([]);
      expect(DOCUMENTS[stream].safeParse(document).error?.issues ?? []).toEqual([]);
    }
  });

  it('finds an unknown field, and does not look into it', () => {
    expect(find('companies', { accounts: { last_accounts: { audit: { firm: 'X', type: 'y' } } } })).toEqual([
      {
        fingerprint: 'unknown-field accounts.last_accounts.audit',
        kind: 'unknown-field',
        path: 'accounts.last_accounts.audit',
        value: null,
      },
    ]);
  });

  it('finds an unknown word of a vocabulary, in whatever place of a list', () => {
    const dates = [{ type: 'wound-up-on' }, { type: 'rewound-on' }];
    expect(find('insolvency-cases', { cases: [{ number: '1' }, { dates }, { dates }] })).toEqual([
      {
        fingerprint: 'unknown-value cases[].dates[].type = rewound-on',
        kind: 'unknown-value',
        path: 'cases[].dates[].type',
        value: 'rewound-on',
      },
    ]);
  });

  it('finds a value of another type and reports the type, never the value itself', () => {
    expect(
      fingerprints('companies', {
        company_name: 7,
        can_file: 'yes',
        sic_codes: '01110',
        accounts: [],
        etag: { a: 1 },
        company_status: true,
        previous_company_names: { name: 'X' },
      }),
    ).toEqual([
      'unexpected-type company_name = number',
      'unexpected-type can_file = string',
      'unexpected-type sic_codes = string',
      'unexpected-type accounts = array',
      'unexpected-type etag = object',
      'unexpected-type company_status = boolean',
      'unexpected-type previous_company_names = object',
    ]);
  });

  it('folds the names of a map like the places of a list', () => {
    const description_values = {
      any_name: 'x',
      another: true,
      capital: [{ currency: 'GBP', colour: 'red' }],
    };
    expect(fingerprints('filings', { description_values })).toEqual([
      'unexpected-type description_values[] = boolean',
      'unknown-field description_values[][].colour',
    ]);
  });

  it('looks into what comes as a list or as a single one', () => {
    const classification = { type: 'whim' };
    const expected = ['unknown-value classification.type = whim'];
    expect(fingerprints('charges', { classification })).toEqual(expected);
    expect(fingerprints('charges', { classification: [classification] })).toEqual([
      'unknown-value classification[].type = whim',
    ]);
  });

  it('takes null for missing, anywhere', () => {
    const data = {
      accounts: null,
      company_status: null,
      sic_codes: [null],
      links: { self: null },
      can_file: null,
    };
    expect(find('companies', data)).toEqual([]);
  });

  it('does not look at deleted events, which may carry internal documents', () => {
    const data = { _id: 'internal', company_status: 'resting' };
    expect(findSchemaDrift('companies', eventOf(data, 101, 'deleted'))).toEqual([]);
    expect(findSchemaDrift('companies', eventOf(null, 101, 'deleted'))).toEqual([]);
  });

  it('finds an added field anywhere, whatever its name, and nothing else', () => {
    const places = STREAM_NAMES.flatMap((stream) =>
      TEST_DOCUMENTS[stream].flatMap((document, index) =>
        objectsOf(document).map((_, place) => ({ stream, index, place })),
      ),
    );
    const name = fc
      .oneof(
        fc.constantFrom('__proto__', 'constructor', 'toString', 'length', ''),
        fc.string({ maxLength: 30 }),
      )
      .map((drawn) => `${drawn}!`);
    const odd = fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', '', '0');
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.oneof(name, odd), fc.jsonValue(), (drawn, added, value) => {
        const document: unknown = JSON.parse(JSON.stringify(TEST_DOCUMENTS[drawn.stream][drawn.index]));
        const target = objectsOf(document)[drawn.place];
        if (target === undefined) throw new Error('the place is gone');
        Object.defineProperty(target.object, added, { value, enumerable: true });
        const path = target.path === '' ? added : `${target.path}.${added}`;
        expect(find(drawn.stream, document)).toEqual([
          { fingerprint: `unknown-field ${path}`, kind: 'unknown-field', path, value: null },
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, and reports no more than twenty of one event', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STREAM_NAMES),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (stream, data) => {
          expect(find(stream, data).length).toBeLessThanOrEqual(20);
        },
      ),
    );
    const names = Array.from({ length: 1_000 }, (_, index) => [`new_${index}`, index]);
    expect(find('officers', Object.fromEntries(names))).toHaveLength(20);
    const cases = Array.from({ length: 1_000 }, (_, index) => ({ type: `case-${index}` }));
    expect(find('insolvency-cases', { cases })).toHaveLength(20);
  });

  it('cuts names and values, and no character in half', () => {
    const long = `${'x'.repeat(199)}😀${'y'.repeat(5_000)}`;
    const [value, field] = find('companies', { company_status: long, links: { [long]: 1 } });
    expect(value).toMatchObject({ kind: 'unknown-value', value: `${'x'.repeat(199)}\ufffd` });
    expect(field).toMatchObject({ kind: 'unknown-field', path: `links.${'x'.repeat(199)}\ufffd` });
  });
});

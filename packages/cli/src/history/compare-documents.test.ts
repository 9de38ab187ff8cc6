import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDocuments, type FieldChange } from './compare-documents.ts';

type Document = Record<string, unknown>;

const NAMES = ['a', 'b', 'etag', 'constructor', '__proto__', 'with.dot', '[0]', '0', 'quo"te'];
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, '', '1', 1, 'text', {}, []),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
  ),
}));
const document = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 5 }).map((drawn) => copy(drawn));

const copy = <Value>(json: Value): Value => JSON.parse(JSON.stringify(json));

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+|"(?:[^"\\]|\\.)*")\]|([^.[\]"]+)/g)].map(([, bracket, name = '']) =>
    bracket === undefined ? name : JSON.parse(bracket),
  );
}

/** Applies changes to a document. Removals come first, those at the end of a list before those at its beginning. */
function applyChanges(before: Document, changes: readonly FieldChange[]): Document {
  const result = copy(before);
  const gone = changes.filter((change) => !('to' in change)).toReversed();
  for (const change of [...gone, ...changes.filter((change) => 'to' in change)]) {
    const steps = stepsOf(change.path);
    const last = steps.pop() ?? '';
    const parent = steps.reduce((at, step) => Object.getOwnPropertyDescriptor(at, step)?.value, result);
    if ('to' in change) {
      const descriptor = { value: copy(change.to), writable: true, enumerable: true, configurable: true };
      Object.defineProperty(parent, last, descriptor);
    } else if (Array.isArray(parent)) parent.pop();
    else delete parent[last];
  }
  return result;
}

describe('Timepoint, comparing documents,', () => {
  it('lists changes that turn the document before into the next one, except the etag', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const { etag: _, ...expected } = after;
        const { etag: _before, ...made } = applyChanges(before, compareDocuments(before, after));
        expect(isDeepStrictEqual(made, expected)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lists the values before, so that the reversed changes restore the document before', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const backwards = compareDocuments(after, before);
        const turned = compareDocuments(before, after).map(({ path, ...change }) => ({
          path,
          ...('to' in change ? { from: change.to } : {}),
          ...('from' in change ? { to: change.from } : {}),
        }));
        const byPath = (one: FieldChange, other: FieldChange) => (one.path < other.path ? -1 : 1);
        expect(copy(turned.toSorted(byPath))).toEqual(copy(backwards.toSorted(byPath)));
      }),
    );
  });

  it('lists nothing for equal documents, whatever the order of their fields', () => {
    expect(
      compareDocuments({ a: 1, b: { c: [1, 2], d: null } }, { b: { d: null, c: [1, 2] }, a: 1 }),
    ).toEqual([]);
    expect(compareDocuments({ a: 1, etag: 'x' }, { a: 1, etag: 'y' })).toEqual([]);
  });

  it.each<[string, Document, Document, FieldChange[]]>([
    [
      'a field in a field',
      { accounts: { next_due: '2026-01-01' } },
      { accounts: { next_due: '2027-01-01' } },
      [{ path: 'accounts.next_due', from: '2026-01-01', to: '2027-01-01' }],
    ],
    ['a new field', {}, { type: 'ltd' }, [{ path: 'type', to: 'ltd' }]],
    ['a field that is gone', { type: 'ltd' }, {}, [{ path: 'type', from: 'ltd' }]],
    ['a field that becomes null', { type: 'ltd' }, { type: null }, [{ path: 'type', from: 'ltd', to: null }]],
    ['a number that becomes a string', { day: 30 }, { day: '30' }, [{ path: 'day', from: 30, to: '30' }]],
    [
      'an element of a list by its position',
      { sic_codes: ['01110', '62020'] },
      { sic_codes: ['01110', '62012', '63110'] },
      [
        { path: 'sic_codes[1]', from: '62020', to: '62012' },
        { path: 'sic_codes[2]', to: '63110' },
      ],
    ],
    [
      'a field of an object in a list',
      { cases: [{ number: 1 }, { number: 2 }] },
      { cases: [{ number: 1 }, { number: '2' }] },
      [{ path: 'cases[1].number', from: 2, to: '2' }],
    ],
    [
      'a list that becomes a single value',
      { status: ['live'] },
      { status: 'live' },
      [{ path: 'status', from: ['live'], to: 'live' }],
    ],
    ['a field with the name of an inherited one', {}, { constructor: 1 }, [{ path: 'constructor', to: 1 }]],
  ])('lists %s', (_title, before, after, changes) => {
    expect(compareDocuments(before, after)).toEqual(changes);
  });
});

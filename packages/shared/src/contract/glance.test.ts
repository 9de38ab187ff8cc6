import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { glance, parseLine } from './envelope.ts';

const seenAt = (line: string) => {
  const seen = glance(line);
  return seen.kind === 'event' ? seen.timepoint : null;
};
const parsedAt = (line: string) => {
  const parsed = parseLine(line);
  return parsed.isEvent ? parsed.event.timepoint : parsed.broken.timepoint;
};

const blank = fc.constantFrom('', '', '', ' ', '\t', '  ');
const number = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom('1e3', '1E2', '7.0', '7.5', '-7', '007', '9007199254740991', '9007199254740993', '1e400'),
  fc.constantFrom('0e1000', `7.${'0'.repeat(1_200)}`),
  fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
);
const timepoint = fc.oneof(
  number,
  number,
  number.map((digits) => `"${digits}"`),
  fc.constantFrom('null', '{}'),
);
const timepointKey = fc.constantFrom(
  '"timepoint"',
  '"timepoint"',
  String.raw`"time\u0070oint"`,
  String.raw`"x\"timepoint"`,
);
const eventKey = fc.constantFrom(
  '"event"',
  '"event"',
  String.raw`"\u0065vent"`,
  String.raw`"x\"event"`,
  '"other"',
);
const text = fc.constantFrom(
  '"}}"',
  '"{"',
  String.raw`"\"event\":{\"timepoint\":5}}"`,
  String.raw`",\"timepoint\":5,"`,
  '",timepoint:5"',
  '["timepoint"]',
  '[]',
  'null',
);

/** Joins members of an object, with blanks where JSON allows them, and some where it does not. */
const objectOf = (member: fc.Arbitrary<string>) =>
  fc
    .array(member, { maxLength: 4 })
    .chain((members) =>
      fc
        .tuple(blank, fc.constantFrom(',', ',', ',', ' ,', ', '))
        .map(([space, comma]) => `{${space}${members.join(comma)}${space}}`),
    );
const member = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.tuple(key, blank, blank, value).map(([name, before, after, of]) => `${name}${before}:${after}${of}`);

const eventObject = objectOf(
  fc.oneof(member(timepointKey, timepoint), member(fc.constantFrom('"type"', '"fields_changed"'), text)),
);
const anyEvent = member(eventKey, eventObject);
const dataObject = objectOf(
  fc.oneof(anyEvent, member(timepointKey, timepoint), member(fc.constant('"a"'), text)),
);
const root = objectOf(
  fc.oneof(
    anyEvent,
    anyEvent,
    member(fc.constantFrom('"data"', '"resource_uri"'), fc.oneof(dataObject, text)),
  ),
);
/** A line as it is, after one or two byte order marks, with text after it, or with a piece cut out. */
const line = fc.oneof(
  root,
  fc.tuple(fc.constantFrom('\ufeff', '\ufeff\ufeff', ' '), root).map((parts) => parts.join('')),
  fc.tuple(root, fc.constantFrom(' ', '}', '\ufeff', 'x')).map((parts) => parts.join('')),
  fc.tuple(root, fc.nat(), fc.nat(20)).map(([whole, from, length]) => {
    const start = from % (whole.length + 1);
    return whole.slice(0, start) + whole.slice(start + length);
  }),
  fc.tuple(root, root).map((parts) => parts.join('')),
);

describe('Timepoint, glancing at a line,', () => {
  it('finds the timepoint that the whole envelope has, in whatever shape it comes', () => {
    fc.assert(
      fc.property(line, (written) => {
        expect(seenAt(written)).toBe(parsedAt(written));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    [
      'a decoy in the document and a blank before the colon',
      '{"data":{"event":{"timepoint":5}},"event":{"timepoint" :8}}',
      8,
    ],
    ['a decoy behind the event', '{"event":{"timepoint" : 8},"data":{"event":{"timepoint":5}}}', 8],
    ['a decoy in a text', String.raw`{"event":{"timepoint": 8},"data":"\"event\":{\"timepoint\":5}}"}`, 8],
    [
      'a key that ends like the right one',
      String.raw`{"event":{"timepoint": 8},"x\"event":{"timepoint":5}}`,
      8,
    ],
    ['the key twice, of which the last counts', '{"event":{"timepoint":5,"timepoint" :8}}', 8],
    ['the event twice, of which the last counts', '{"event":{"timepoint":5},"event":{"timepoint":8}}', 8],
    ['an escape in a key', String.raw`{"event":{"timepoint":5,"time\u0070oint":8}}`, 8],
    ['a digit string', '{"event":{"timepoint":"8"}}', 8],
    ['an exponent', '{"event":{"timepoint":8e0}}', 8],
    ['a byte order mark', '\ufeff{"event":{"timepoint": 8}}', 8],
    ['two byte order marks', '\ufeff\ufeff{"event":{"timepoint": 8}}', null],
    ['a number beyond 2^53', '{"event":{"timepoint":9007199254740993}}', null],
    ['no whole number', '{"event":{"timepoint":8.5}}', null],
    ['a broken document before a whole event', '{"data":{"a":,"event":{"timepoint":8}}', 8],
  ])('and the parser of it agree on %s', (_title, written, expected) => {
    expect([seenAt(written), parsedAt(written)]).toEqual([expected, expected]);
  });
});

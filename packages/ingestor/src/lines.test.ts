import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter, lines } from './lines.ts';

const split = (chunks: Iterable<Uint8Array>, maxLineBytes?: number) => {
  const splitter = new LineSplitter(maxLineBytes);
  return [...chunks].flatMap((chunk) => splitter.push(chunk));
};

const bytes = (text: string) => Buffer.from(text);

/** Cuts at the given places, in any order and number. */
const cut = (whole: Buffer, places: readonly number[]) => {
  const ends = [...new Set(places.map((place) => place % (whole.length + 1)))].toSorted((a, b) => a - b);
  return [...ends, whole.length].map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
};

describe('Timepoint, cutting bytes into lines,', () => {
  it('gives the same lines for any cut of the bytes', () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n]/g, ''));
    const end = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat()), fc.string(), (written, places, tail) => {
        const whole = bytes(written.map((pair) => pair.join('')).join('') + tail.replace(/\n/g, ''));
        expect(split(cut(whole, places))).toEqual(written.map(([text]) => text));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a character whole that came in two chunks', () => {
    expect(split([Buffer.from([0x63, 0xc3]), Buffer.from([0xa9, 0x0a])])).toEqual(['cé']);
  });

  it('keeps spaces at the edge of a chunk', () => {
    expect(split([bytes('{"a":" '), bytes(' b"}\n')])).toEqual(['{"a":"  b"}']);
  });

  it('takes a chunk that is exactly one line', () => {
    expect(split([bytes('one\n'), bytes('two\n')])).toEqual(['one', 'two']);
  });

  it('takes single bytes, line ends of both kinds, and a heartbeat between the lines', () => {
    expect(split([...bytes('one\r\n\r\n\ntwo\n')].map((byte) => Buffer.from([byte])))).toEqual([
      'one',
      '',
      '',
      'two',
    ]);
  });

  it('does not split at U+2028 or at a carriage return inside a line', () => {
    expect(split([bytes('a\u2028b\rc\n')])).toEqual(['a\u2028b\rc']);
  });

  it('takes a line of 4 MB in small chunks', () => {
    const chunk = Buffer.alloc(1024, 'x');
    const [line] = split([...Array.from({ length: 4096 }, () => chunk), bytes('\n')]);
    expect(line).toHaveLength(4 * 1024 * 1024);
  });

  it('keeps only the beginning of a line that is too long, and goes on with the next', () => {
    const long = 'x'.repeat(300_000);
    const [first, second] = split([bytes(long.slice(0, 100)), bytes(`${long}\nnext\n`)], 200_000);
    expect(first).toHaveLength(64 * 1024);
    expect(second).toBe('next');
  });

  it('takes a line of exactly the longest length', () => {
    expect(split([bytes('12345'), bytes('67890\nab\n')], 10)).toEqual(['1234567890', 'ab']);
  });

  it('never yields a tail that was cut off', async () => {
    const collected: string[] = [];
    const chunks = (async function* () {
      yield bytes('whole\n{"resource');
      yield bytes('_uri":"/comp');
    })();
    for await (const some of lines(chunks)) collected.push(...some);
    expect(collected).toEqual(['whole']);
  });
});

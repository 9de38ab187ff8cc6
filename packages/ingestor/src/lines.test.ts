import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter, lines, MAX_LINE_BYTES } from './lines.ts';

const split = (chunks: Iterable<Uint8Array>, maxLineBytes?: number) => {
  const splitter = new LineSplitter(maxLineBytes);
  return [...chunks].flatMap((chunk) => splitter.push(chunk).map(({ text }) => text));
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
    for await (const some of lines(chunks)) collected.push(...some.map(({ text }) => text));
    expect(collected).toEqual(['whole']);
  });

  it('keeps the bytes of a line that is no UTF-8, and counts them', () => {
    const broken = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0d, 0x0a]);
    const whole = bytes('caf\ufffd \u00e9\n');
    expect(new LineSplitter().push(Buffer.concat([broken, whole]))).toEqual([
      {
        text: 'caf\ufffd',
        bytes: 6 + 8,
        undecodable: Buffer.from([0x63, 0x61, 0x66, 0xe9]).toString('base64'),
      },
      { text: 'caf\ufffd \u00e9', bytes: 9, undecodable: null },
    ]);
  });

  it('cuts a line that is too long between two characters', () => {
    for (const shift of ['', 'a', 'aa', 'aaa']) {
      const [line] = new LineSplitter(100_000).push(bytes(`${shift}${'\u{1f3e0}'.repeat(30_000)}\n`));
      expect(line).toMatchObject({ undecodable: null });
      expect(line?.bytes).toBeGreaterThan(64 * 1024 - 4);
    }
  });

  it('holds no more than the longest line, and lets it go with the line', () => {
    const splitter = new LineSplitter();
    const chunk = randomBytes(1024 * 1024).map((byte) => byte | 0x40);
    for (let megabytes = 0; megabytes < 40; megabytes += 1) splitter.push(chunk);
    expect(splitter.tailCapacity).toBe(MAX_LINE_BYTES);
    splitter.push(bytes('\n'));
    expect(splitter.tailCapacity).toBe(64 * 1024);
  });

  it('takes a line that does not end for no stream', async () => {
    const chunks = (async function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, 'x');
    })();
    await expect(lines(chunks).next()).rejects.toMatchObject({
      ending: { kind: 'not-a-stream', text: 'x'.repeat(500) },
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRandom } from '../random.ts';
import { cut } from './cut.ts';

const text = Buffer.from('{"name":"DŴR 🐝"}\r\n\r\n{"name":"B"}\r\n');

describe("Timepoint's simulator cuts what it writes", () => {
  it('without losing or changing a byte', () => {
    const chunkings = fc.constantFrom('lines' as const, 'random' as const, 'bytes' as const, undefined);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40_000 }), chunkings, fc.integer(), (bytes, chunking, seed) => {
        const pieces = [...cut(Buffer.from(bytes), chunking, createRandom(seed))];
        expect(Buffer.concat(pieces).equals(Buffer.from(bytes))).toBe(true);
        expect(pieces.every((piece) => piece.length > 0)).toBe(true);
      }),
    );
  });

  it('at line breaks', () => {
    expect([...cut(text, 'lines', createRandom(1))].map(String)).toEqual([
      '{"name":"DŴR 🐝"}\r\n',
      '\r\n',
      '{"name":"B"}\r\n',
    ]);
  });

  it('after every byte', () => {
    expect([...cut(text, 'bytes', createRandom(1))]).toHaveLength(text.length);
  });

  it('at any byte, also inside of characters and line breaks', () => {
    const random = createRandom(1);
    const ends = new Set<number>();
    for (let run = 0; run < 5_000; run += 1) {
      let end = 0;
      for (const piece of cut(text, 'random', random)) {
        end += piece.length;
        ends.add(end);
      }
    }
    expect(ends.size).toBe(text.length);
  });
});

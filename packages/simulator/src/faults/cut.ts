import { int, type Random } from '../random.ts';
import type { Faults } from './schema.ts';

const LINE_BREAK = 0x0a;
// Half of the pieces have only a few bytes, so that cuts fall into characters and line breaks.
const FEW_BYTES = 8;
const MANY_BYTES = 3_000;
/** Single bytes would take minutes beyond this size. The rest is split at random. */
const MOST_SINGLE_BYTES = 16_384;

/** Splits bytes into the pieces in which they are written. */
export function* cut(bytes: Buffer, chunking: Faults['chunking'], random: Random): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const size = pieceSize(bytes, start, chunking, random);
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

function pieceSize(bytes: Buffer, start: number, chunking: Faults['chunking'], random: Random): number {
  switch (chunking) {
    case undefined:
      return bytes.length;
    case 'lines': {
      const end = bytes.indexOf(LINE_BREAK, start);
      return (end === -1 ? bytes.length : end + 1) - start;
    }
    case 'bytes':
      return start < MOST_SINGLE_BYTES ? 1 : randomSize(random);
    case 'random':
      return randomSize(random);
  }
}

function randomSize(random: Random): number {
  return 1 + int(random, random() < 0.5 ? FEW_BYTES : MANY_BYTES);
}

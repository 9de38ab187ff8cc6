import type { Piece } from './contents.ts';

// Enough for one write. It takes about a millisecond to generate.
const CHUNK_CHARACTERS = 65_536;

/** Joins pieces into chunks of bytes. Only the requested chunk is in memory. */
export function* inChunks(pieces: Iterable<Piece>): Generator<Buffer> {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    if (text.length < CHUNK_CHARACTERS && typeof piece === 'string') continue;
    if (text !== '') yield Buffer.from(text);
    text = '';
    if (typeof piece !== 'string') yield piece;
  }
  if (text !== '') yield Buffer.from(text);
}

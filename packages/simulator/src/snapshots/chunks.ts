import type { Piece } from './contents.ts';

// So much is worth a write, and takes a millisecond to make.
const CHUNK_CHARACTERS = 65_536;

/** Gathers pieces into chunks of bytes, one at a time: no more is in memory than a reader has asked for. */
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

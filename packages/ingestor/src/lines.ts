// Bytes become lines by splitting on the byte 0x0A only, before any decoding: no character can be cut in
// two, and U+2028, which may stand raw inside a JSON string, ends nothing. Example: "caf\xC3" + "\xA9\n\n{"
// gives "café", a heartbeat, and nothing yet for the tail "{", which is discarded if the connection ends.

import { isUtf8 } from 'node:buffer';
import { ConnectionEnded, MAX_SEEN_LENGTH } from './ending.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How much is kept of a line beyond the limit, as evidence, in bytes. */
const KEPT_BYTES = 64 * 1024;

/** Four times the largest known event. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A line that does not end within so many bytes shows that the answer is not a stream. */
const MAX_ENDLESS_BYTES = 4 * MAX_LINE_BYTES;

/** A line of a stream, raw. */
export interface Line {
  /** Without the line end; bytes that are no UTF-8 are U+FFFD. */
  readonly text: string;
  /** Its size in memory and in a queue: the text as UTF-8, or as JSON when that is much longer, and `undecodable`. */
  readonly bytes: number;
  /** The bytes as they came, in base64, when some of them are no UTF-8. */
  readonly undecodable: string | null;
}

/** Cuts a stream of bytes into lines, holding at most one unfinished line of at most `maxLineBytes`. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #tail = Buffer.alloc(KEPT_BYTES);
  /** Bytes of the unfinished line; those beyond the limit are counted but not held. */
  #tailBytes = 0;

  constructor(maxLineBytes = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Whether the unfinished line is longer than any line of a stream could be. */
  get isEndless(): boolean {
    return this.#tailBytes > MAX_ENDLESS_BYTES;
  }

  /** The beginning of the unfinished line. */
  get beginning(): string {
    return this.#tail.toString('utf8', 0, Math.min(this.#tailBytes, MAX_SEEN_LENGTH));
  }

  /** Bytes that the unfinished line takes up. */
  get tailCapacity(): number {
    return this.#tail.length;
  }

  /**
   * Takes the next bytes and returns the lines that they complete, without their line ends. An empty line
   * is a heartbeat. Of a line that is too long only the beginning is returned, which is not JSON any more.
   */
  push(chunk: Uint8Array): Line[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(this.#finish(bytes.subarray(start, end)));
      start = end + 1;
    }
    this.#append(bytes.subarray(start));
    return lines;
  }

  #finish(rest: Buffer): Line {
    if (this.#tailBytes === 0 && rest.length <= this.#maxLineBytes) return decode(rest);
    this.#append(rest);
    const isTooLong = this.#tailBytes > this.#maxLineBytes;
    const line = decode(isTooLong ? beginning(this.#tail) : this.#tail.subarray(0, this.#tailBytes));
    this.#tailBytes = 0;
    // One huge line must not hold its memory for ever.
    if (this.#tail.length > KEPT_BYTES) this.#tail = Buffer.alloc(KEPT_BYTES);
    return line;
  }

  #append(part: Buffer): void {
    const held = Math.min(this.#tailBytes + part.length, this.#maxLineBytes);
    if (held > this.#tail.length) {
      const grown = Buffer.alloc(Math.min(Math.max(held, this.#tail.length * 2), this.#maxLineBytes));
      this.#tail.copy(grown, 0, 0, Math.min(this.#tailBytes, this.#tail.length));
      this.#tail = grown;
    }
    if (this.#tailBytes < this.#tail.length) part.copy(this.#tail, this.#tailBytes);
    this.#tailBytes += part.length;
  }
}

const CONTINUED = 0b1000_0000;
const CONTINUED_MASK = 0b1100_0000;

/** The first bytes of a line, cut between two characters. */
function beginning(line: Buffer): Buffer {
  let end = KEPT_BYTES;
  while (end > KEPT_BYTES - 3 && ((line[end] ?? 0) & CONTINUED_MASK) === CONTINUED) end -= 1;
  return line.subarray(0, end);
}

const REPLACEMENT = '\ufffd';
const CONTROL = /\p{Cc}/u;

function decode(line: Buffer): Line {
  const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
  const text = bytes.toString('utf8');
  // Only a text with U+FFFD can have lost bytes, but the publisher may also send the character itself.
  if (!text.includes(REPLACEMENT) || isUtf8(bytes))
    return { text, bytes: sizeOf(text, bytes), undecodable: null };
  const undecodable = bytes.toString('base64');
  return { text, bytes: sizeOf(text, text) + undecodable.length, undecodable };
}

/** JSON writes a control character with six characters; other escapes make a text at most twice as long. */
function sizeOf(text: string, utf8: Buffer | string): number {
  return Buffer.byteLength(CONTROL.test(text) ? JSON.stringify(text) : utf8);
}

/**
 * The lines of a connection, as many at a time as a chunk completes; a cut tail is never yielded.
 * @throws ConnectionEnded when a line does not end.
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[], void> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    const complete = splitter.push(chunk);
    if (complete.length > 0) yield complete;
    if (splitter.isEndless) throw new ConnectionEnded({ kind: 'not-a-stream', text: splitter.beginning });
  }
}

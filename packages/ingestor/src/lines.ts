// Bytes become lines by splitting on the byte 0x0A only, before any decoding: no character can be cut in
// two, and U+2028, which may stand raw inside a JSON string, ends nothing. Example: "caf\xC3" + "\xA9\n\n{"
// gives "café", a heartbeat, and nothing yet for the tail "{", which is discarded if the connection ends.

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Of a line beyond the limit this much is kept, as evidence, in bytes. */
const KEPT_BYTES = 64 * 1024;

/** Four times the largest known event. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Cuts a stream of bytes into lines, holding at most one unfinished line of at most `maxLineBytes`. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #tail = Buffer.alloc(KEPT_BYTES);
  /** Bytes of the unfinished line, of which those beyond the limit are counted but not held. */
  #tailBytes = 0;

  constructor(maxLineBytes = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * Takes the next bytes and returns the lines that they complete, without their line ends. An empty line
   * is a heartbeat. Of a line that is too long only the beginning is returned, which is not JSON any more.
   */
  push(chunk: Uint8Array): string[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(this.#finish(bytes.subarray(start, end)));
      start = end + 1;
    }
    this.#append(bytes.subarray(start));
    return lines;
  }

  #finish(rest: Buffer): string {
    if (this.#tailBytes === 0 && rest.length <= this.#maxLineBytes) return decode(rest);
    this.#append(rest);
    const isTooLong = this.#tailBytes > this.#maxLineBytes;
    const line = decode(this.#tail.subarray(0, isTooLong ? KEPT_BYTES : this.#tailBytes));
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

function decode(line: Buffer): string {
  return line.toString('utf8', 0, line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length);
}

/** The lines of a connection, as many at a time as a chunk completes; a cut tail is never yielded. */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[], void> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    const complete = splitter.push(chunk);
    if (complete.length > 0) yield complete;
  }
}

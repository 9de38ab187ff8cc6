const NOTHING = Buffer.alloc(0);

/** Reads a stream of bytes in portions of any size. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = NOTHING;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, as many as are available. Null at the end. */
  async read(): Promise<Buffer | null> {
    const held = this.#held;
    this.#held = NOTHING;
    if (held.length > 0) return held;
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return null;
      if (value.length > 0) return value;
    }
  }

  /** At most `length` of the next bytes. Null at the end. */
  async readUpTo(length: number): Promise<Buffer | null> {
    const bytes = await this.read();
    if (bytes === null || bytes.length <= length) return bytes;
    this.putBack(bytes.subarray(length));
    return bytes.subarray(0, length);
  }

  /** The next `length` bytes, or fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0; ) {
      const part = await this.readUpTo(missing);
      if (part === null) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Like {@link take}, but the bytes stay unread. */
  async peek(length: number): Promise<Buffer> {
    const bytes = await this.take(length);
    this.putBack(bytes);
    return bytes;
  }

  /** Puts back the bytes that were read last. */
  putBack(bytes: Buffer): void {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([bytes, this.#held]);
  }

  /** All remaining bytes. */
  async *rest(): AsyncGenerator<Buffer, void> {
    for (let part = await this.read(); part !== null; part = await this.read()) yield part;
  }
}

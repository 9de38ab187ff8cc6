import { TimepointError } from '@timepoint/shared/platform/errors';

const NEWLINE = 0x0a;

/** The longest line, as in the streams. The rest of a longer line is dropped, so that memory stays constant. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

export interface LineOptions {
  readonly maxLineBytes?: number;
  /**
   * The last line needs an end. Without one the line may be cut, and still look whole: the missing line end is the only
   * sign that `12,34,5` was cut from `12,34,56`.
   */
  readonly mustEndInLine?: boolean;
}

/**
 * Cuts bytes into blocks of whole lines with their line ends. It works on bytes, so no character is cut in two. Only
 * the last block may lack its line end. A line in several chunks that is too long is cut to `maxLineBytes` and one
 * more.
 * @throws TimepointError `source-cut` at the end, when every line must have an end and the last one has none.
 */
export async function* lineBlocks(
  content: AsyncIterable<Buffer>,
  { maxLineBytes = MAX_LINE_BYTES, mustEndInLine = false }: LineOptions = {},
): AsyncGenerator<Buffer, void> {
  const tail = new Tail(maxLineBytes);
  for await (const chunk of content) {
    const first = chunk.indexOf(NEWLINE);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    tail.add(chunk.subarray(0, Math.max(first, 0)));
    if (first >= 0) yield tail.finish(chunk.subarray(first, end));
    tail.add(chunk.subarray(end));
  }
  if (tail.isEmpty) return;
  if (mustEndInLine) throw cutSource();
  yield tail.finish(Buffer.alloc(0));
}

/** The error for a file that stops within a line. */
export function cutSource(): TimepointError {
  const message =
    "The file stops within a line, so it was cut. Download it again, and compare its size with the publisher's; " +
    'if the file is whole, add a line end.';
  return new TimepointError('source-cut', message);
}

/** The beginning of a line whose end has not arrived yet. */
class Tail {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(part: Buffer): void {
    const kept = part.subarray(0, this.#maxBytes + 1 - this.#bytes);
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#bytes += kept.length;
  }

  finish(rest: Buffer): Buffer {
    const block = Buffer.concat([...this.#parts, rest]);
    this.#parts = [];
    this.#bytes = 0;
    return block;
  }
}

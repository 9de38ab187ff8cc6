import { parseSnapshotName } from '@timepoint/database/snapshots/snapshot-name';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { ByteReader } from './byte-reader.ts';
import { explainFailure } from './explain-failure.ts';
import { type Input, type InputOptions, openInput, showLocation } from './open-input.ts';
import { unzip } from './unzip.ts';
import { isZip } from './zip-entry.ts';

/** A file of the publisher: from disk, a server or standard input, packed or not. */
export interface SnapshotSource {
  /** The best known file name: one with product and day, if there is one. */
  readonly name: string;
  /** The size of the input as it is read, so packed. Null when it is unknown. */
  readonly totalBytes: number | null;
  /** The number of bytes that were read so far. */
  readBytes(): number;
  /**
   * The unpacked bytes, which can be read once. The end of the loop closes the input, also before the end of the file.
   */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Opens a path, an `http(s)` URL or `-` for standard input. A zip file is recognised by its bytes, not by its name, and
 * unpacked while it is read.
 * @throws TimepointError `source-…` when the file can't be opened, is not a file, stops early or has another size than
 * announced, and `zip-…` when it can't be unpacked. Both can also come while the content is read. When the signal
 * aborts: its reason.
 */
export async function openSource(location: string, options: InputOptions): Promise<SnapshotSource> {
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const input = await openInput(location, { stdin: options.stdin, signal });
  const chunks = new CountedChunks(input, showLocation(location), options.signal);
  try {
    const reader = new ByteReader(chunks.read());
    const beginning = await reader.peek(4);
    if (beginning.length === 0) throw emptySource(showLocation(location));
    if (isPage(beginning))
      throw noFile(showLocation(location), 'a page for a browser', 'Open it there to see why');
    if (isGzip(beginning)) throw noFile(showLocation(location), 'packed by gzip', 'Unpack it');
    const file = isZip(beginning) ? await unzip(reader) : { name: null, content: reader.rest() };
    return {
      name: bestName([...input.names, ...(file.name === null ? [] : [file.name])]),
      totalBytes: input.totalBytes,
      readBytes: () => chunks.bytes,
      content: closeAfter(file.content, closing),
    };
  } catch (error) {
    closing.abort();
    throw error;
  }
}

class CountedChunks {
  bytes = 0;
  readonly #input: Input;
  readonly #shown: string;
  readonly #signal: AbortSignal;

  constructor(input: Input, shown: string, signal: AbortSignal) {
    this.#input = input;
    this.#shown = shown;
    this.#signal = signal;
  }

  async *read(): AsyncGenerator<Buffer, void> {
    try {
      for await (const chunk of this.#input.chunks) {
        this.bytes += chunk.length;
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#interrupted(explainFailure(error).message, error);
    }
    const { totalBytes } = this.#input;
    if (totalBytes !== null && this.bytes !== totalBytes) throw this.#interrupted(`it has ${totalBytes}`);
  }

  #interrupted(why: string, cause?: unknown): TimepointError {
    const message = `${this.#shown} broke off after ${this.bytes} bytes (${why}). Start again.`;
    return new TimepointError('source-interrupted', message, { retryable: true, cause });
  }
}

async function* closeAfter(
  content: AsyncIterable<Buffer>,
  closing: AbortController,
): AsyncGenerator<Buffer, void> {
  try {
    yield* content;
  } finally {
    closing.abort();
  }
}

function bestName(names: readonly string[]): string {
  return names.find((name) => parseSnapshotName(name) !== null) ?? names[0] ?? '-';
}

/** Whether bytes begin like HTML or XML: a sign-in page or an error instead of the file. */
function isPage(beginning: Buffer): boolean {
  return /^\ufeff?\s*</.test(beginning.toString());
}

function isGzip(beginning: Buffer): boolean {
  return beginning[0] === 0x1f && beginning[1] === 0x8b;
}

function noFile(shown: string, what: string, remedy: string): TimepointError {
  const message = `${shown} is ${what}, not a file of Companies House. ${remedy}, and give the file itself.`;
  return new TimepointError('source-no-file', message);
}

function emptySource(shown: string): TimepointError {
  return new TimepointError('source-empty', `${shown} is empty. Download it again.`);
}

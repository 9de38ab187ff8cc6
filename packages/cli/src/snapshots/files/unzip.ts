// An archive is read from its beginning, entry by entry: its directory is at the end, and the archive may come from a
// pipe. So a second file is found only after the first was read.
import { crc32 } from 'node:zlib';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { ByteReader } from './byte-reader.ts';
import { explainFailure } from './explain-failure.ts';
import { inflate } from './inflate.ts';
import { brokenZip, checkEntry, type Measured, readEntry, type ZipEntry } from './zip-entry.ts';

/** The one file with data of an archive. */
export interface UnzippedFile {
  readonly name: string;
  /** The bytes, which can be read once. Reading fails when there is another file, or the archive is broken. */
  readonly content: AsyncGenerator<Buffer, void>;
}

/**
 * Reads an archive up to the file whose name ends with `.csv`, `.txt` or `.json`.
 * @throws TimepointError `zip-entries` when there is none, `zip-broken`, `zip-unsupported`.
 */
export async function unzip(reader: ByteReader): Promise<UnzippedFile> {
  const passed: string[] = [];
  const entry = await skipToData(reader, passed);
  if (entry === null) throw wrongEntries(passed.length === 0 ? 'nothing' : passed.join(', '));
  return { name: entry.name, content: readOnly(reader, entry) };
}

async function* readOnly(reader: ByteReader, entry: ZipEntry): AsyncGenerator<Buffer, void> {
  yield* unpack(reader, entry);
  const other = await skipToData(reader, []);
  if (other !== null) throw wrongEntries(`${entry.name} and ${other.name}`);
}

async function skipToData(reader: ByteReader, passed: string[]): Promise<ZipEntry | null> {
  for (;;) {
    const entry = await readEntry(reader);
    if (entry === null || isData(entry.name)) return entry;
    passed.push(entry.name);
    for await (const _ of unpack(reader, entry));
  }
}

/** macOS adds hidden files with metadata. */
function isData(name: string): boolean {
  return /(^|\/)[^./][^/]*\.(csv|txt|json)$/i.test(name) && !name.startsWith('__MACOSX/');
}

async function* unpack(reader: ByteReader, entry: ZipEntry): AsyncGenerator<Buffer, void> {
  const found = { packedBytes: 0, bytes: 0, crc32: 0 };
  try {
    const unpacking = entry.isDeflated ? inflate(reader) : copy(reader, entry.packedBytes);
    found.packedBytes = yield* measure(unpacking, found);
  } catch (error) {
    throw explain(error);
  }
  await checkEntry(reader, entry, found);
}

async function* measure(
  blocks: AsyncGenerator<Buffer, number>,
  found: { -readonly [Name in keyof Measured]: Measured[Name] },
): AsyncGenerator<Buffer, number> {
  try {
    for (;;) {
      const { done, value } = await blocks.next();
      if (done === true) return value;
      found.bytes += value.length;
      found.crc32 = crc32(value, found.crc32);
      yield value;
    }
  } finally {
    await blocks.return(0);
  }
}

async function* copy(reader: ByteReader, length: number): AsyncGenerator<Buffer, number> {
  for (let missing = length; missing > 0; ) {
    const part = await reader.readUpTo(missing);
    if (part === null) throw brokenZip('it ends too early');
    missing -= part.length;
    yield part;
  }
  return length;
}

function explain(error: unknown): unknown {
  const { code } = explainFailure(error);
  if (code === 'Z_BUF_ERROR') return brokenZip('it ends too early', error);
  return code.startsWith('Z_') ? brokenZip(`it can't be unpacked (${code})`, error) : error;
}

function wrongEntries(found: string): TimepointError {
  const message = `The zip file must hold one file that ends with .csv, .txt or .json, but it holds ${found}.`;
  return new TimepointError('zip-entries', `${message} Unpack it, and give the file to import.`);
}

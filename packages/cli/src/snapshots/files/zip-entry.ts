import { TimepointError } from '@timepoint/shared/platform/errors';
import type { ByteReader } from './byte-reader.ts';

/** What stands before the bytes of a file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  /** In the archive. Zero when whoever wrote it did not know yet: then a descriptor follows the bytes. */
  readonly packedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
  readonly hasDescriptor: boolean;
}

/** What was found of an entry, to be compared with what the archive says of it. */
export type Measured = Pick<ZipEntry, 'packedBytes' | 'bytes' | 'crc32'>;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_DIRECTORY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const DESCRIPTOR = 0x08074b50;

const HEADER_BYTES = 30;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** The id of the extra field with sizes of 64 bits, and what stands in their place in the header. */
const ZIP64 = 1;
const IN_ZIP64 = 0xffffffff;

/** The error of an archive that ends too early, or does not hold what it says. */
export function brokenZip(what: string, cause?: unknown): TimepointError {
  const message = `The zip file is broken: ${what}. Download it again, and compare its size with the publisher's.`;
  return new TimepointError('zip-broken', message, { cause });
}

/** Whether bytes are the beginning of a zip file, an empty one included. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && [LOCAL_HEADER, END_OF_DIRECTORY].includes(bytes.readUInt32LE());
}

/** Reads on to the bytes of the next entry; null after the last one, when the archive is complete. */
export async function readEntry(reader: ByteReader): Promise<ZipEntry | null> {
  const header = await reader.peek(HEADER_BYTES);
  const signature = header.length < 4 ? null : header.readUInt32LE();
  if (signature === CENTRAL_DIRECTORY || signature === END_OF_DIRECTORY) {
    await checkEnd(reader);
    return null;
  }
  if (header.length < HEADER_BYTES) throw brokenZip('it ends too early');
  if (signature !== LOCAL_HEADER) throw brokenZip('no entry begins where one should');
  await reader.take(HEADER_BYTES);
  const name = await reader.take(header.readUInt16LE(26));
  const extra = await reader.take(header.readUInt16LE(28));
  return toEntry(header, name.toString(), extra);
}

function toEntry(header: Buffer, name: string, extra: Buffer): ZipEntry {
  const flags = header.readUInt16LE(6);
  const method = header.readUInt16LE(8);
  const hasDescriptor = (flags & 8) !== 0;
  const bytes = header.readUInt32LE(22);
  const packedBytes = header.readUInt32LE(18);
  const sizes64 = findZip64(extra);
  const take64 = () => Number(sizes64.splice(0, 1)[0] ?? 0n);
  const entry = {
    name,
    isDeflated: method === DEFLATED,
    bytes: bytes === IN_ZIP64 ? take64() : bytes,
    packedBytes: packedBytes === IN_ZIP64 ? take64() : packedBytes,
    crc32: header.readUInt32LE(14),
    hasDescriptor,
  };
  if ((flags & 1) !== 0) throw unsupportedZip(`${name} is encrypted`);
  if (method !== DEFLATED && method !== STORED) throw unsupportedZip(`${name} is packed by method ${method}`);
  if (method === STORED && hasDescriptor && entry.packedBytes === 0) {
    throw unsupportedZip(`${name} is stored and nothing tells where it ends`);
  }
  return entry;
}

function unsupportedZip(what: string): TimepointError {
  const message = `The zip file can't be read as a stream: ${what}. Unpack it, and give the file that was in it.`;
  return new TimepointError('zip-unsupported', message);
}

/** The sizes of 64 bits: of the unpacked, then of the packed bytes. */
function findZip64(extra: Buffer): bigint[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(field.length / 8) }, (_, index) =>
      field.readBigUInt64LE(index * 8),
    );
  }
  return [];
}

/** Compares what was found of an entry with what the archive says, before its bytes or behind them. */
export async function checkEntry(reader: ByteReader, entry: ZipEntry, found: Measured): Promise<void> {
  const { name, hasDescriptor, packedBytes, bytes, crc32 } = entry;
  const isRight = hasDescriptor
    ? await takeDescriptor(reader, found)
    : packedBytes === found.packedBytes && bytes === found.bytes && crc32 === found.crc32;
  if (!isRight) throw brokenZip(`${name} is not as long as it says, or has another checksum`);
}

/**
 * A descriptor may begin with a signature or not, and have sizes of 64 bits or of 32. Nothing tells which, but what it
 * must say is known. The long one is tried first, as the short one of an empty entry could be its beginning.
 */
async function takeDescriptor(reader: ByteReader, { crc32, packedBytes, bytes }: Measured): Promise<boolean> {
  const found = await reader.peek(24);
  for (const width of [8, 4] as const) {
    const plain = Buffer.concat([number(crc32, 4), number(packedBytes, width), number(bytes, width)]);
    for (const expected of [Buffer.concat([number(DESCRIPTOR, 4), plain]), plain]) {
      if (!found.subarray(0, expected.length).equals(expected)) continue;
      await reader.take(expected.length);
      return true;
    }
  }
  return false;
}

function number(value: number, width: 4 | 8): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, width);
}

/** Reads the directory at the end, of which nothing is needed but that it is all there. */
async function checkEnd(reader: ByteReader): Promise<void> {
  let end = Buffer.alloc(0);
  for await (const part of reader.rest()) {
    end = Buffer.concat([end, part]).subarray(-(END_BYTES + MAX_COMMENT_BYTES));
  }
  const at = end.lastIndexOf(number(END_OF_DIRECTORY, 4));
  if (at < 0 || at + END_BYTES > end.length) throw brokenZip('it ends too early');
}

import { TimepointError } from '@timepoint/shared/platform/errors';
import type { ByteReader } from './byte-reader.ts';

/** The header before the bytes of a file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  /** The size in the archive. Zero when the writer did not know it yet: then a descriptor follows the bytes. */
  readonly packedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
  readonly hasDescriptor: boolean;
}

/** The actual sizes and checksum of an entry, to compare with those in the archive. */
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
/** The id of the extra field with sizes of 64 bits, and the placeholder in the header. */
const ZIP64 = 1;
const IN_ZIP64 = 0xffffffff;

/** The error for an archive that ends too early, or whose content differs from its header. */
export function brokenZip(what: string, cause?: unknown): TimepointError {
  const message = `The zip file is broken: ${what}. Download it again, and compare its size with the publisher's.`;
  return new TimepointError('zip-broken', message, { cause });
}

/** Whether bytes begin a zip file, which may be empty. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && [LOCAL_HEADER, END_OF_DIRECTORY].includes(bytes.readUInt32LE());
}

/** Reads to the bytes of the next entry. Null after the last one, when the archive is complete. */
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
    throw unsupportedZip(`${name} is stored without its size`);
  }
  return entry;
}

function unsupportedZip(what: string): TimepointError {
  const message = `The zip file can't be read as a stream: ${what}. Unpack it, and give the file that was in it.`;
  return new TimepointError('zip-unsupported', message);
}

/** Reads the sizes of 64 bits: first of the unpacked bytes, then of the packed ones. */
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

/** Compares the actual values of an entry with those in its header or descriptor. */
export async function checkEntry(reader: ByteReader, entry: ZipEntry, found: Measured): Promise<void> {
  const { name, hasDescriptor, packedBytes, bytes, crc32 } = entry;
  const isRight = hasDescriptor
    ? await takeDescriptor(reader, found)
    : packedBytes === found.packedBytes && bytes === found.bytes && crc32 === found.crc32;
  if (!isRight) throw brokenZip(`${name} has another length or another checksum than the archive says`);
}

/**
 * A descriptor may have a signature or not, and sizes of 64 or of 32 bits. Its format is not marked, but its content is
 * known. The longest format is tried first, as the short one of an empty entry could be its beginning.
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

/** Reads the directory at the end, and checks that it is complete. */
async function checkEnd(reader: ByteReader): Promise<void> {
  let end = Buffer.alloc(0);
  for await (const part of reader.rest()) {
    end = Buffer.concat([end, part]).subarray(-(END_BYTES + MAX_COMMENT_BYTES));
  }
  const at = end.lastIndexOf(number(END_OF_DIRECTORY, 4));
  if (at < 0 || at + END_BYTES > end.length) throw brokenZip('it ends too early');
}

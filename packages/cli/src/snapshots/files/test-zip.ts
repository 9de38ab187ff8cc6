import { crc32, deflateRawSync } from 'node:zlib';

/** For tests: an entry of an archive, and the format of its sizes. */
export interface TestEntry {
  readonly name: string;
  readonly content: string | Buffer;
  readonly isStored?: boolean;
  /** The sizes are behind the bytes, with or without a signature, with 32 or 64 bits. */
  readonly descriptor?: 'signed' | 'bare' | 'signed-64' | 'bare-64';
  /** The sizes of the header are in an extra field. */
  readonly isZip64?: boolean;
  /** Wrong values of the header. */
  readonly crc32?: number;
  readonly bytes?: number;
  readonly flags?: number;
  readonly method?: number;
}

const NONE = Buffer.alloc(0);

/** For tests: an archive. Only the beginning and the end of its directory are real. */
export function zipOf(...entries: readonly TestEntry[]): Buffer {
  const directory = entries.length === 0 ? NONE : Buffer.concat([number(0x02014b50, 4), Buffer.alloc(42)]);
  const end = Buffer.concat([number(0x06054b50, 4), Buffer.alloc(18)]);
  return Buffer.concat([...entries.map(toEntry), directory, end]);
}

function toEntry(entry: TestEntry): Buffer {
  const { name, descriptor, isStored = false, isZip64 = false } = entry;
  const content = Buffer.from(entry.content);
  const packed = isStored ? content : deflateRawSync(content);
  const checksum = number(entry.crc32 ?? crc32(content), 4);
  const bytes = entry.bytes ?? content.length;
  const sizes = (width: 4 | 8) => Buffer.concat([number(packed.length, width), number(bytes, width)]);
  const isBehind = descriptor !== undefined;
  const extra = isZip64
    ? Buffer.concat([
        number(0x5455, 2),
        number(1, 2),
        NUL,
        number(1, 2),
        number(16, 2),
        number(bytes, 8),
        number(packed.length, 8),
      ])
    : NONE;
  const header = Buffer.concat([
    number(0x04034b50, 4),
    number(isZip64 ? 45 : 20, 2),
    number((entry.flags ?? 0) | (isBehind ? 8 : 0), 2),
    number(entry.method ?? (isStored ? 0 : 8), 2),
    Buffer.alloc(4),
    isBehind ? Buffer.alloc(4) : checksum,
    isZip64 ? Buffer.alloc(8, 0xff) : isBehind ? Buffer.alloc(8) : sizes(4),
    number(Buffer.byteLength(name), 2),
    number(extra.length, 2),
    Buffer.from(name),
    extra,
  ]);
  const signature = descriptor?.startsWith('signed') ? number(0x08074b50, 4) : NONE;
  const behind = isBehind
    ? Buffer.concat([signature, checksum, sizes(descriptor.endsWith('64') ? 8 : 4)])
    : NONE;
  return Buffer.concat([header, packed, behind]);
}

const NUL = Buffer.alloc(1);

function number(value: number, width: 2 | 4 | 8): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, width);
}

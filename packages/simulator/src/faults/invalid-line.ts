import { int, pick, type Random } from '../random.ts';

type MakeInvalid = (line: Buffer, random: Random) => Buffer;

const KINDS: readonly MakeInvalid[] = [
  (line, random) => line.subarray(0, 1 + int(random, Math.max(1, line.length - 2))),
  (_line, random) =>
    withoutBreaks(Buffer.from(Array.from({ length: 1 + int(random, 60) }, () => int(random, 256)))),
  () => Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]),
  () => Buffer.from('{}'),
];

/** Makes a line that is no event: cut JSON, random bytes, invalid UTF-8, or an object without an envelope. */
export function invalidLine(line: Buffer, random: Random): Buffer {
  return pick(random, KINDS)(line, random);
}

function withoutBreaks(bytes: Buffer): Buffer {
  // 0x80 alone is invalid UTF-8, so that no line of random bytes is blank by chance either.
  return bytes.map((byte) => (byte === 0x0a || byte === 0x0d || byte === 0x20 ? 0x80 : byte)) as Buffer;
}

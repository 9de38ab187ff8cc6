// A byte that is not UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, which no UTF-8 decodes to. So `isWellFormed()`
// finds the lines and values with such bytes, reading goes on after them, and they can still be shown. Example: the
// Latin-1 bytes `CAF\xC9` become "CAF\udcc9", shown as "CAF\xc9".
import { isUtf8 } from 'node:buffer';

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';
/** The number that is added to a byte that is not UTF-8. */
const STAND_IN = 0xdc00;

/** Decodes whole lines. `isBeginning` says whether they begin a file, which may have a byte order mark. */
export function decodeText(bytes: Buffer, isBeginning: boolean): string {
  const text = isUtf8(bytes) ? bytes.toString() : decodeLines(bytes);
  return isBeginning && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Encodes a text of {@link decodeText} as the bytes that it came from. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(/([\udc80-\udcff])/u).map((part, index) => {
    return index % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - STAND_IN);
  });
  return Buffer.concat(parts);
}

/** Formats a value for a message, cut to a readable length. */
export function showValue(value: string): string {
  const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
  const legible = shown
    .replace(/[\udc80-\udcff]/gu, (byte) => `\\x${(byte.charCodeAt(0) - STAND_IN).toString(16)}`)
    .replaceAll('\0', '\u2400');
  return `"${legible.toWellFormed()}"`;
}

/** Decodes line by line: single bytes are looked at only in lines that are not UTF-8. */
function decodeLines(bytes: Buffer): string {
  let text = '';
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    text += isUtf8(line) ? line.toString() : decodeBytes(line);
    start = end;
  }
  return text;
}

function decodeBytes(line: Buffer): string {
  let text = '';
  let start = 0;
  for (let at = 0; at < line.length; ) {
    const length = characterLength(line, at);
    if (length === 0) {
      text += line.toString('utf8', start, at) + String.fromCharCode(STAND_IN + (line[at] ?? 0));
      start = at + 1;
    }
    at += Math.max(length, 1);
  }
  return text + line.toString('utf8', start);
}

/** How many bytes the character at a place has; 0 when the bytes there are not UTF-8. */
function characterLength(line: Buffer, at: number): number {
  const first = line[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const character = line.subarray(at, at + length);
  return character.length === length && isUtf8(character) ? length : 0;
}

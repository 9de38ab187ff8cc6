const LINE_BREAK = Buffer.from('\n');
const TIMEPOINT = /("event":\{[^{}]*"timepoint":)\d+/;
/** A lead byte without its continuation byte, and a byte that UTF-8 never has. */
const NO_UTF8 = Buffer.from([0xc3, 0x28, 0xff]);

/** Replaces the timepoint in the line of an event. */
export function withTimepoint(line: Buffer, timepoint: number): Buffer {
  return Buffer.from(line.toString().replace(TIMEPOINT, `$1${timepoint}`));
}

/** Inserts bytes that are no UTF-8 into the first text of the document of a line, or into its kind. */
export function withBadBytes(line: Buffer): Buffer {
  const start = Math.max(line.indexOf('"data":{'), 0);
  const at = line.indexOf('":"', start) + '":"'.length;
  return Buffer.concat([line.subarray(0, at), NO_UTF8, line.subarray(at)]);
}

/** Encodes the lines of a page, each followed by `heartbeats` blank lines. */
export function pageBytes({ lines, heartbeats }: { lines: readonly string[]; heartbeats: number }): Buffer {
  const between = Array.from({ length: heartbeats }, () => LINE_BREAK);
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), LINE_BREAK, ...between]));
}

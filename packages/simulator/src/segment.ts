/** A block of consecutive lines. `first` is the timepoint of its first line. */
export interface Segment {
  readonly first: number;
  readonly buffer: Buffer;
  /** Where each line ends in the buffer. */
  readonly ends: number[];
  readonly appendedMs: number[];
}

// Lines are in large blocks outside of the heap: a million lines cost no garbage collection, and one call
// writes many of them.
const SEGMENT_BYTES = 1_048_576;
// UTF-8 takes at most three bytes for a UTF-16 unit.
const MOST_BYTES_PER_UNIT = 3;
const LINE_BREAK = 0x0a;

/** Opens a block with room for at least this line. */
export function openSegment(first: number, line: string): Segment {
  const bytes = Math.max(SEGMENT_BYTES, mostBytesOf(line));
  return { first, buffer: Buffer.allocUnsafeSlow(bytes), ends: [], appendedMs: [] };
}

/** Whether the block has room for the line. */
export function hasRoom(segment: Segment, line: string): boolean {
  return endOf(segment) + mostBytesOf(line) <= segment.buffer.length;
}

/** Appends a line with its line break. Returns its size in bytes. */
export function appendLine(segment: Segment, line: string, nowMs: number): number {
  const start = endOf(segment);
  const end = start + segment.buffer.write(line, start) + 1;
  segment.buffer[end - 1] = LINE_BREAK;
  segment.ends.push(end);
  segment.appendedMs.push(nowMs);
  return end - start;
}

/** The timepoint after the last one. */
export function nextOf(segment: Segment): number {
  return segment.first + segment.ends.length;
}

/** The time at which the line of a timepoint was appended, in ms. */
export function appendedMsOf(segment: Segment, timepoint: number): number {
  return segment.appendedMs[timepoint - segment.first] ?? Number.POSITIVE_INFINITY;
}

/** Consecutive whole lines. `upTo` is the timepoint of the last one. */
export interface Run {
  readonly bytes: Buffer;
  readonly upTo: number;
}

/** Reads the line of timepoint `from`, and the lines after it that fit into `maxBytes`. */
export function readRun({ first, buffer, ends }: Segment, from: number, maxBytes: number): Run {
  let index = from - first;
  const start = ends[index - 1] ?? 0;
  while ((ends[index + 1] ?? Number.POSITIVE_INFINITY) <= start + maxBytes) index += 1;
  return { bytes: buffer.subarray(start, ends[index]), upTo: first + index };
}

function endOf(segment: Segment): number {
  return segment.ends.at(-1) ?? 0;
}

function mostBytesOf(line: string): number {
  return line.length * MOST_BYTES_PER_UNIT + 1;
}

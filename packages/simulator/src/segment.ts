/** A block of lines in a row; `first` is the timepoint of its first. */
export interface Segment {
  readonly first: number;
  readonly buffer: Buffer;
  /** Where each line ends in the buffer. */
  readonly ends: number[];
  readonly appendedMs: number[];
}

// Lines live outside of the heap in large blocks, so that a million of them cost the collector nothing
// and many can be written with one call.
const SEGMENT_BYTES = 1_048_576;
// UTF-8 takes at most three bytes for a UTF-16 unit.
const MOST_BYTES_PER_UNIT = 3;
const LINE_BREAK = 0x0a;

/** Opens a block that has room at least for this line. */
export function openSegment(first: number, line: string): Segment {
  const bytes = Math.max(SEGMENT_BYTES, mostBytesOf(line));
  return { first, buffer: Buffer.allocUnsafeSlow(bytes), ends: [], appendedMs: [] };
}

/** Whether the line can be appended. */
export function hasRoom(segment: Segment, line: string): boolean {
  return endOf(segment) + mostBytesOf(line) <= segment.buffer.length;
}

/** Appends a line with its line break; returns its size in bytes. */
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

/** When the line of a timepoint was appended. */
export function appendedMsOf(segment: Segment, timepoint: number): number {
  return segment.appendedMs[timepoint - segment.first] ?? Number.POSITIVE_INFINITY;
}

/** Whole lines that follow each other; `upTo` is the last one's timepoint. */
export interface Run {
  readonly bytes: Buffer;
  readonly upTo: number;
}

/** The line of timepoint `from`, and those after it while all fit into `maxBytes`. */
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

import {
  appendedMsOf,
  appendLine,
  hasRoom,
  nextOf,
  openSegment,
  type Run,
  readRun,
  type Segment,
} from './segment.ts';

/**
 * The emitted lines within the retention, each with its line break. Their timepoints are contiguous.
 * `oldest` is `newest + 1` while the log is empty.
 */
export interface EventLog {
  readonly oldest: number;
  readonly newest: number;
  /** Bytes ever appended, from which the backlog of a reader is computed. */
  readonly appendedBytes: number;
  append(line: string, nowMs: number): void;
  /** Drops the lines beyond the retention. */
  trim(nowMs: number): void;
  /** Reads the line of timepoint `from`, and the lines after it that fit into `maxBytes`. */
  read(from: number, maxBytes: number): Run;
  line(timepoint: number): Buffer;
  /** Drops every line. The next line has timepoint `first`. */
  restart(first: number): void;
}

/** The limits of the log: its number of events, and their age in ms. */
export interface Retention {
  readonly events: number;
  readonly ms: number;
}

/** Opens an empty log whose first line will have timepoint `first`. */
export function createLog(first: number, retention: Retention): EventLog {
  const segments: Segment[] = [];
  let oldest = first;
  let newest = first - 1;
  let appendedBytes = 0;

  const isExpired = (timepoint: number, segment: Segment, nowMs: number) =>
    newest - timepoint >= retention.events || appendedMsOf(segment, timepoint) < nowMs - retention.ms;

  const read = (from: number, maxBytes: number): Run => {
    const segment = segments.findLast((candidate) => candidate.first <= from);
    if (segment === undefined || from < oldest || from > newest) {
      throw new RangeError(`the log holds ${oldest} to ${newest}, not ${from}`);
    }
    return readRun(segment, from, maxBytes);
  };

  return {
    get oldest() {
      return oldest;
    },
    get newest() {
      return newest;
    },
    get appendedBytes() {
      return appendedBytes;
    },
    append(line, nowMs) {
      appendedBytes += appendLine(segmentFor(segments, newest + 1, line), line, nowMs);
      newest += 1;
    },
    trim(nowMs) {
      for (let head = segments[0]; head !== undefined; head = segments[0]) {
        while (oldest < nextOf(head) && isExpired(oldest, head, nowMs)) oldest += 1;
        if (oldest < nextOf(head)) return;
        segments.shift();
      }
    },
    read,
    line: (timepoint) => read(timepoint, 0).bytes,
    restart(from) {
      segments.length = 0;
      oldest = from;
      newest = from - 1;
    },
  };
}

/** The segment that takes the line of a timepoint: the last one, or a new one when that has no room. */
function segmentFor(segments: Segment[], timepoint: number, line: string): Segment {
  const last = segments.at(-1);
  if (last !== undefined && hasRoom(last, line)) return last;
  const opened = openSegment(timepoint, line);
  segments.push(opened);
  return opened;
}

import type { FaultBox } from '../faults/fault-box.ts';
import type { LineFaults } from '../faults/line-faults.ts';
import type { PlannedEnding } from '../faults/plan.ts';
import type { Page } from '../faults/schema.ts';
import type { Feed } from '../feed.ts';
import type { Random } from '../random.ts';

/** Lines with the faults in force. */
export interface FaultyRun {
  readonly lines: readonly Buffer[];
  /** The timepoint after the last line that was taken from the log. */
  readonly next: number;
  /** The page that replaces the line at `next` and all after it. */
  readonly page: Page | undefined;
  /** How the connection ends after the lines. */
  readonly ending: PlannedEnding | undefined;
}

export interface FaultyRunOptions {
  readonly feed: Feed;
  readonly faults: FaultBox;
  /** The faults of this connection. */
  readonly lineFaults: LineFaults;
  readonly from: number;
  readonly random: Random;
}

// Small, because a run with faults is composed line by line before it is written.
const RUN_BYTES = 65_536;

/** Composes the run that begins at timepoint `from`. It stops at a page and at an ending. */
export function composeFaultyRun(options: FaultyRunOptions): FaultyRun {
  const { faults, lineFaults, from, random } = options;
  const { log, stream } = options.feed;
  const lines: Buffer[] = [];
  let next = from;
  for (const line of linesOf(log.read(from, RUN_BYTES).bytes)) {
    const page = faults.takeAt('page', stream.name, next);
    if (page !== undefined) return { lines, next, page, ending: undefined };
    const other = log.line(next > log.oldest ? next - 1 : Math.min(next + 1, log.newest));
    const faulty = lineFaults.apply(line, { timepoint: next, other }, random);
    next += 1;
    lines.push(...faulty.lines);
    if (faulty.ending !== undefined) return { lines, next, page, ending: faulty.ending };
  }
  return { lines, next, page: undefined, ending: undefined };
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start) + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

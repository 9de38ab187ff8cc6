import type { StreamName } from '@timepoint/shared/contract/streams';
import { pick, type Random } from '../random.ts';
import { withBadBytes, withTimepoint } from './corrupt.ts';
import type { FaultBox } from './fault-box.ts';
import { invalidLine } from './invalid-line.ts';
import { type Extra, type PlannedEnding, planLine } from './plan.ts';

/** The lines that replace one line, and how the connection ends after them. */
export interface FaultyLine {
  readonly lines: readonly Buffer[];
  readonly ending: PlannedEnding | undefined;
}

/** Applies the faults to the lines of one connection. Keeps its latest lines, to send them again. */
export interface LineFaults {
  /** @param other the line of another event. */
  apply(line: Buffer, place: { timepoint: number; other: Buffer }, random: Random): FaultyLine;
}

const MOST_RECENT_LINES = 32;
const ERROR_LINE = Buffer.from('{"error":"Internal Server Error","type":"ch:service"}\n');
const LINE_BREAK = Buffer.from('\n');
const CRLF = Buffer.from('\r\n');
const LEFT_OUT: FaultyLine = { lines: [], ending: undefined };

/** Creates the faults of one connection to a stream, without any lines so far. */
export function createLineFaults(box: FaultBox, stream: StreamName): LineFaults {
  const recent: Buffer[] = [];

  const extraLine = (extra: Extra, line: Buffer, random: Random): Buffer => {
    switch (extra) {
      case 'heartbeat':
        return LINE_BREAK;
      case 'invalid':
        return Buffer.concat([invalidLine(line, random), LINE_BREAK]);
      case 'older':
        return recent.length > 0 ? pick(random, recent) : line;
    }
  };

  /** Applies the faults at the timepoint of the event to its line. */
  const corrupt = (line: Buffer, timepoint: number, other: Buffer): Buffer[] => {
    const wrong = box.takeAt('wrongTimepoint', stream, timepoint);
    const claimed = wrong === undefined ? line : withTimepoint(line, wrong.claims);
    const bytes = box.takeAt('badBytes', stream, timepoint) === undefined ? claimed : withBadBytes(claimed);
    return box.takeAt('twin', stream, timepoint) === undefined
      ? [bytes]
      : [bytes, withTimepoint(other, timepoint)];
  };

  return {
    apply(line, { timepoint, other }, random) {
      const { before, isRepeated, ending } = planLine(box.current, random);
      if (box.takeAt('skip', stream, timepoint) !== undefined) return LEFT_OUT;
      const strange = box.takeAt('strangeLine', stream, timepoint);
      const lines = before.map((extra) => extraLine(extra, line, random));
      if (strange !== undefined) lines.push(Buffer.from(`${strange.line}\n`));
      if (strange?.isEnded) return { lines, ending: 'end' };
      if (strange?.isInstead) return { lines, ending: undefined };
      lines.push(...corrupt(line, timepoint, other));
      if (isRepeated) lines.push(line);
      if (ending === 'error-line') lines.push(ERROR_LINE);
      recent.push(line);
      if (recent.length > MOST_RECENT_LINES) recent.shift();
      return { lines: box.current.crlf ? lines.map(withCrlf) : lines, ending };
    },
  };
}

function withCrlf(line: Buffer): Buffer {
  return Buffer.concat([line.subarray(0, -1), CRLF]);
}

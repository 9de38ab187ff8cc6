import type { StreamName } from '@timepoint/shared/streams';
import { pick, type Random } from '../random.ts';
import type { FaultBox } from './fault-box.ts';
import { type Extra, type PlannedEnding, planLine } from './plan.ts';
import { rubbish } from './rubbish.ts';

/** What becomes of one line, and whether the connection ends after it. */
export interface Spoiled {
  readonly lines: readonly Buffer[];
  readonly ending: PlannedEnding | undefined;
}

/** Spoils the lines of one connection, of which it remembers the latest to send them again. */
export interface Spoiler {
  spoil(line: Buffer, timepoint: number, random: Random): Spoiled;
}

const MOST_RECENT_LINES = 32;
const ERROR_LINE = Buffer.from('{"error":"Internal Server Error","type":"ch:service"}\n');
const LINE_BREAK = Buffer.from('\n');
const CRLF = Buffer.from('\r\n');
const LEFT_OUT: Spoiled = { lines: [], ending: undefined };

/** Spoils a stream as the faults in force demand. */
export function createSpoiler(box: FaultBox, stream: StreamName): Spoiler {
  const recent: Buffer[] = [];

  const extraLine = (extra: Extra, line: Buffer, random: Random): Buffer => {
    switch (extra) {
      case 'heartbeat':
        return LINE_BREAK;
      case 'rubbish':
        return Buffer.concat([rubbish(line, random), LINE_BREAK]);
      case 'older':
        return recent.length > 0 ? pick(random, recent) : line;
    }
  };

  return {
    spoil(line, timepoint, random) {
      const { before, isRepeated, ending } = planLine(box.current, random);
      if (box.takeSkip(stream, timepoint)) return LEFT_OUT;
      const lines = [...before.map((extra) => extraLine(extra, line, random)), line];
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

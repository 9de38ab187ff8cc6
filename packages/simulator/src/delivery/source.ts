import type { FaultBox } from '../faults/fault-box.ts';
import type { PlannedEnding } from '../faults/plan.ts';
import { createSpoiler } from '../faults/spoiler.ts';
import type { Feed } from '../feed.ts';
import type { Random } from '../random.ts';
import type { Closing } from './closing.ts';

/** What one connection is to be sent next. */
export interface Delivery {
  readonly bytes: Buffer;
  /** How the connection ends after these bytes. */
  readonly ending: Closing | undefined;
}

/** The events for one connection, from its position on, with whatever goes wrong on the way. */
export interface Source {
  /** Nothing when the reader has everything. */
  next(random: Random): Delivery | undefined;
  /** Half of the line that would come next. */
  tail(): Buffer;
}

const RUN_BYTES = 262_144;
// Small, because a run with faults is put together line by line before it is written.
const FAULTY_RUN_BYTES = 65_536;
const NOTHING = Buffer.alloc(0);

/** Starts at timepoint `from`, which may be the one after the newest. */
export function createSource({ log, stream }: Feed, box: FaultBox, from: number): Source {
  const spoiler = createSpoiler(box, stream.name);
  let position = from;

  const tail = () => (position < log.oldest || log.oldest > log.newest ? NOTHING : halfOf(log, position));

  const sound = (): Delivery => {
    const { bytes, upTo } = log.read(position, RUN_BYTES);
    position = upTo + 1;
    return { bytes, ending: undefined };
  };

  const faulty = (random: Random): Delivery => {
    const parts: Buffer[] = [];
    let ending: PlannedEnding | undefined;
    for (const line of linesOf(log.read(position, FAULTY_RUN_BYTES).bytes)) {
      const spoiled = spoiler.spoil(line, position, random);
      position += 1;
      parts.push(...spoiled.lines);
      ending = spoiled.ending;
      if (ending !== undefined) break;
    }
    if (ending === 'cut-tail') parts.push(tail());
    return { bytes: Buffer.concat(parts), ending: ending && closingOf(ending) };
  };

  return {
    tail,
    next(random) {
      if (position > log.newest) return undefined;
      if (position < log.oldest) {
        return { bytes: NOTHING, ending: { reason: 'position expired', how: 'destroy' } };
      }
      return box.isQuiet ? sound() : faulty(random);
    },
  };
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start) + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

function halfOf(log: Feed['log'], position: number): Buffer {
  const line = log.line(Math.min(position, log.newest));
  return line.subarray(0, Math.floor(line.length / 2));
}

function closingOf(ending: PlannedEnding): Closing {
  return { reason: 'fault', how: ending === 'destroy' || ending === 'cut-tail' ? 'destroy' : 'end' };
}

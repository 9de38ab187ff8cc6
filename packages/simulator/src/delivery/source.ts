import { pageBytes } from '../faults/corrupt.ts';
import type { FaultBox } from '../faults/fault-box.ts';
import { createLineFaults } from '../faults/line-faults.ts';
import type { PlannedEnding } from '../faults/plan.ts';
import type { Page } from '../faults/schema.ts';
import type { Feed } from '../feed.ts';
import type { Random } from '../random.ts';
import type { Closing } from './closing.ts';
import { composeFaultyRun } from './faulty-run.ts';

/** The next bytes for one connection. */
export interface Delivery {
  readonly bytes: Buffer;
  /** How the connection ends after these bytes. */
  readonly ending: Closing | undefined;
}

/** The events for one connection from its position on, with the faults in force. */
export interface Source {
  /** Undefined when the reader has every event. */
  next(random: Random): Delivery | undefined;
  /** The first half of the next line. */
  tail(): Buffer;
}

const RUN_BYTES = 262_144;
const NOTHING = Buffer.alloc(0);

export interface SourceOptions {
  readonly feed: Feed;
  readonly faults: FaultBox;
  /** May be the timepoint after the newest. */
  readonly from: number;
  /** The page that replaces the stream. */
  readonly page: Page | undefined;
}

/** Starts at timepoint `from`, or with a page. */
export function createSource(options: SourceOptions): Source {
  const { faults: box, from } = options;
  const { log, stream } = options.feed;
  const lineFaults = createLineFaults(box, stream.name);
  let position = from;
  let page = options.page;
  let isPage = page !== undefined;

  const tail = () => (position < log.oldest || log.oldest > log.newest ? NOTHING : halfOf(log, position));

  const intactRun = (): Delivery => {
    const { bytes, upTo } = log.read(position, RUN_BYTES);
    position = upTo + 1;
    return { bytes, ending: undefined };
  };

  const faultyRun = (random: Random): Delivery => {
    const run = composeFaultyRun({ feed: options.feed, faults: box, lineFaults, from: position, random });
    position = run.next;
    page = run.page;
    isPage = page !== undefined;
    const bytes = Buffer.concat(run.ending === 'cut-tail' ? [...run.lines, tail()] : run.lines);
    return { bytes, ending: run.ending && closingOf(run.ending) };
  };

  /** Sends the page once. Nothing follows it. */
  const instead = (): Delivery | undefined => {
    if (page === undefined) return undefined;
    const delivery: Delivery = {
      bytes: pageBytes(page),
      ending: page.isEnded ? closingOf('end') : undefined,
    };
    page = undefined;
    return delivery;
  };

  return {
    tail,
    next(random) {
      if (isPage) return instead();
      if (position > log.newest) return undefined;
      if (position < log.oldest) {
        return { bytes: NOTHING, ending: { reason: 'position expired', how: 'destroy' } };
      }
      return box.isQuiet ? intactRun() : faultyRun(random);
    },
  };
}

function halfOf(log: Feed['log'], position: number): Buffer {
  const line = log.line(Math.min(position, log.newest));
  return line.subarray(0, Math.floor(line.length / 2));
}

function closingOf(ending: PlannedEnding): Closing {
  return { reason: 'fault', how: ending === 'destroy' || ending === 'cut-tail' ? 'destroy' : 'end' };
}

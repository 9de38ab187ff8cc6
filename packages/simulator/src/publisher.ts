import { setImmediate } from 'node:timers/promises';
import { type Feed, openFeed } from './feed.ts';
import type { Retention } from './log.ts';
import type { Reservations } from './state-file.ts';
import type { SimulatedStream } from './streams.ts';

/**
 * All streams. They move in step, each by the same number of events, so that one number says where
 * all of them stand.
 */
export interface Publisher {
  readonly seed: number;
  readonly first: number;
  readonly feeds: readonly [Feed, ...Feed[]];
  /** Events per stream since the first, those of earlier processes included. */
  readonly told: number;
  /** Events per stream since this process started. */
  readonly emitted: number;
  /** Emits events now; resolves to the newest timepoint. */
  emit(count: number): Promise<number>;
}

export interface PublisherOptions {
  readonly streams: readonly [SimulatedStream, ...SimulatedStream[]];
  readonly reservations: Reservations;
  readonly retention: Retention;
  readonly now: () => number;
}

// Emitting this many takes about 10 ms; between them connections are served.
const SLICE_EVENTS = 1_000;

/** Opens the streams and makes again, from the seed, every event that may have been sent before. */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const { reservations, retention, now } = options;
  const { seed, firstTimepoint: first, reserved } = reservations;
  const forgotten = Math.max(0, reserved - retention.events);
  const open = (stream: SimulatedStream) => openFeed({ stream, seed, first, forgotten, retention });
  const [stream, ...others] = options.streams;
  const feeds: Publisher['feeds'] = [open(stream), ...others.map(open)];
  let told = reserved;

  const advance = (count: number) => {
    for (const feed of feeds) feed.advance(count, now());
  };
  const emitSlice = (count: number) => {
    reservations.cover(told + count);
    told += count;
    advance(count);
  };

  await inSlices(reserved - forgotten, advance);
  return {
    seed,
    first,
    feeds,
    get told() {
      return told;
    },
    get emitted() {
      return told - reserved;
    },
    async emit(count) {
      await inSlices(count, emitSlice);
      return first + told - 1;
    },
  };
}

/** The first slice is done before the call returns: a few events are emitted at once. */
async function inSlices(count: number, work: (count: number) => void): Promise<void> {
  for (let left = count; left > 0; left -= SLICE_EVENTS) {
    work(Math.min(left, SLICE_EVENTS));
    if (left > SLICE_EVENTS) await setImmediate();
  }
}

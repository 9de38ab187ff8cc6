import { setImmediate } from 'node:timers/promises';
import { STREAMS, type StreamName } from '@timepoint/shared/contract/streams';
import { type Feed, openFeed } from './feed.ts';
import { firstTimepointOf } from './first-timepoints.ts';
import type { Retention } from './log.ts';
import { dayInLondon } from './london.ts';
import type { Reservations } from './state-file.ts';
import type { Variants } from './variants.ts';
import { createWorld, onlyStream, type World } from './world/world.ts';

/** All streams of one world. */
export interface Publisher {
  readonly seed: number;
  readonly feeds: readonly [Feed, ...Feed[]];
  /** The days with events, in UK time, each with the number of events of all streams before it. */
  readonly days: Reservations['days'];
  /** Events of all streams since the first, including those of earlier processes. */
  readonly emittedEver: number;
  /** Events of all streams since this process started. */
  readonly emitted: number;
  /** Emits events now, each on its stream. */
  emit(count: number): Promise<void>;
}

export interface PublisherOptions {
  readonly streams: readonly StreamName[];
  readonly reservations: Reservations;
  readonly retention: Retention;
  readonly variants: Variants;
  readonly now: () => number;
}

// Emitting this many takes about 10 ms. Connections are served between two slices.
const SLICE_EVENTS = 1_000;

/** Opens the streams and generates again, from the seed, every event that an earlier process may have sent. */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const { reservations, retention, now } = options;
  const { seed, reserved } = reservations;
  const world = openWorld(options);
  // Events beyond the retention of the log are not appended again. Usually there are none.
  const forgotten =
    reserved > retention.events ? countBeyond(retention.events, options) : new Map<StreamName, number>();
  const feeds = openFeeds(options, forgotten);
  const byName = new Map(feeds.map((each) => [each.stream.name, each]));
  let emittedEver = reserved;

  const advance = (count: number, nowMs: number) => {
    for (let step = 0; step < count; step += 1) {
      const event = world.next();
      const old = forgotten.get(event.stream) ?? 0;
      if (old > 0) forgotten.set(event.stream, old - 1);
      else byName.get(event.stream)?.append(event, nowMs);
    }
    for (const each of feeds) each.settle(nowMs);
  };
  const emitSlice = (count: number) => {
    const nowMs = now();
    reservations.beginDay(dayInLondon(nowMs), emittedEver);
    reservations.cover(emittedEver + count);
    emittedEver += count;
    advance(count, nowMs);
  };

  await inSlices(reserved, (count) => advance(count, now()));
  return {
    seed,
    feeds,
    days: reservations.days,
    get emittedEver() {
      return emittedEver;
    },
    get emitted() {
      return emittedEver - reserved;
    },
    emit: (count) => inSlices(count, emitSlice),
  };
}

function openWorld({ reservations, streams, variants }: PublisherOptions): World {
  return createWorld(reservations.seed, streams, variants);
}

/** Opens the feed of each stream. `forgotten` has the number of its events that it does not append. */
function openFeeds(
  options: PublisherOptions,
  forgotten: ReadonlyMap<StreamName, number>,
): Publisher['feeds'] {
  const { streams, reservations, retention, variants } = options;
  const [feed, ...others] = STREAMS.filter(({ name }) => streams.includes(name)).map((stream) =>
    openFeed({
      stream,
      first: firstTimepointOf(stream.name, reservations.firstTimepoint),
      forgotten: forgotten.get(stream.name) ?? 0,
      retention,
      variants,
      createWorld: () => onlyStream(openWorld(options), stream.name),
    }),
  );
  if (feed === undefined) throw new RangeError('a publisher needs a stream');
  return [feed, ...others];
}

/** Counts, for each stream, the reserved events that are older than its newest `kept`. */
function countBeyond(
  kept: number,
  { streams, reservations: { seed, reserved } }: PublisherOptions,
): Map<StreamName, number> {
  const counts = new Map<StreamName, number>();
  const world = createWorld(seed, streams);
  for (let step = 0; step < reserved; step += 1) {
    const { stream } = world.next();
    counts.set(stream, (counts.get(stream) ?? 0) + 1);
  }
  return new Map([...counts].map(([stream, count]) => [stream, Math.max(0, count - kept)]));
}

/** Does the first slice before the call returns: a few events are emitted at once. */
async function inSlices(count: number, work: (count: number) => void): Promise<void> {
  for (let left = count; left > 0; left -= SLICE_EVENTS) {
    work(Math.min(left, SLICE_EVENTS));
    if (left > SLICE_EVENTS) await setImmediate();
  }
}

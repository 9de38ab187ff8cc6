import { setImmediate } from 'node:timers/promises';
import { STREAMS, type StreamName } from '@timepoint/shared/streams';
import { type Feed, openFeed } from './feed.ts';
import type { Retention } from './log.ts';
import type { Reservations } from './state-file.ts';
import { createWorld, listenTo, type World } from './world/world.ts';

/** All streams, and the one world that they tell of. */
export interface Publisher {
  readonly seed: number;
  readonly feeds: readonly [Feed, ...Feed[]];
  /** Events of all streams since the first, those of earlier processes included. */
  readonly told: number;
  /** Events of all streams since this process started. */
  readonly emitted: number;
  /** Emits events now, each on its stream. */
  emit(count: number): Promise<void>;
}

export interface PublisherOptions {
  readonly streams: readonly StreamName[];
  readonly reservations: Reservations;
  readonly retention: Retention;
  readonly now: () => number;
}

// Emitting this many takes about 10 ms; between them connections are served.
const SLICE_EVENTS = 1_000;
/** So far apart begin the timepoints of the streams: each stream counts for itself. */
const STREAM_STRIDE = 1_000_000;

/** Opens the streams and makes again, from the seed, every event that may have been sent before. */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const { streams, reservations, retention, now } = options;
  const { seed, reserved } = reservations;
  const world = createWorld(seed, streams);
  // Each stream keeps at most the retention, so none misses what all of them together are too old for.
  const forgotten = Math.max(0, reserved - retention.events * streams.length);
  const counts = countEvents(world, forgotten);
  const opened = STREAMS.flatMap((stream, index) =>
    streams.includes(stream.name)
      ? openFeed({
          stream,
          first: reservations.firstTimepoint + index * STREAM_STRIDE,
          forgotten: counts.get(stream.name) ?? 0,
          retention,
          createWorld: () => listenTo(createWorld(seed, streams), stream.name),
        })
      : [],
  );
  const [feed, ...others] = opened;
  if (feed === undefined) throw new RangeError('a publisher needs a stream');
  const feeds: Publisher['feeds'] = [feed, ...others];
  const byName = new Map(opened.map((each) => [each.stream.name, each]));
  let told = reserved;

  const advance = (count: number) => {
    const nowMs = now();
    for (let step = 0; step < count; step += 1) {
      const event = world.next();
      byName.get(event.stream)?.append(event, nowMs);
    }
    for (const each of feeds) each.settle(nowMs);
  };
  const emitSlice = (count: number) => {
    reservations.cover(told + count);
    told += count;
    advance(count);
  };

  await inSlices(reserved - forgotten, advance);
  return {
    seed,
    feeds,
    get told() {
      return told;
    },
    get emitted() {
      return told - reserved;
    },
    emit: (count) => inSlices(count, emitSlice),
  };
}

function countEvents(world: World, events: number): Map<StreamName, number> {
  const counts = new Map<StreamName, number>();
  for (let step = 0; step < events; step += 1) {
    const { stream } = world.next();
    counts.set(stream, (counts.get(stream) ?? 0) + 1);
  }
  return counts;
}

/** The first slice is done before the call returns: a few events are emitted at once. */
async function inSlices(count: number, work: (count: number) => void): Promise<void> {
  for (let left = count; left > 0; left -= SLICE_EVENTS) {
    work(Math.min(left, SLICE_EVENTS));
    if (left > SLICE_EVENTS) await setImmediate();
  }
}

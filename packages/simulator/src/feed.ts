import type { Stream, StreamName } from '@timepoint/shared/streams';
import { encodeEvent } from './encode.ts';
import { createLog, type EventLog, type Retention } from './log.ts';
import { createTruth, type Truth } from './truth/truth.ts';
import type { SimulatedEvent } from './world/event.ts';
import type { World } from './world/world.ts';

/** One stream: its history so far, and a way to let it go on. */
export interface Feed {
  readonly stream: Stream & { readonly name: StreamName };
  readonly first: number;
  readonly log: EventLog;
  readonly truth: Truth;
  /** Gives an event the next timepoint, stamped with the time at which it happens. */
  append(event: SimulatedEvent, nowMs: number): void;
  /** Forgets what is beyond the retention and wakes those who wait for events. */
  settle(nowMs: number): void;
  /** Calls the listener whenever there are new events; returns a function that stops that. */
  onAdvance(listener: () => void): () => void;
}

export interface FeedOptions {
  readonly stream: Feed['stream'];
  readonly first: number;
  /** Events that happened, but so long ago that the log need not have them. */
  readonly forgotten: number;
  readonly retention: Retention;
  /** The world as a reader of this stream hears of it, from its beginning. */
  readonly createWorld: () => World;
}

/** Opens a stream whose log starts after the forgotten events. */
export function openFeed({ stream, first, forgotten, retention, createWorld }: FeedOptions): Feed {
  const log = createLog(first + forgotten, retention);
  const listeners = new Set<() => void>();
  let settledAt = log.newest;
  return {
    stream,
    first,
    log,
    truth: createTruth({ createWorld, first, newest: () => log.newest }),
    append: (event, nowMs) => log.append(encodeEvent(event, log.newest + 1, nowMs), nowMs),
    settle(nowMs) {
      log.trim(nowMs);
      if (log.newest === settledAt) return;
      settledAt = log.newest;
      for (const listener of listeners) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

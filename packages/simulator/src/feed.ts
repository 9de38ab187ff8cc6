import { encodeEvent } from './encode.ts';
import { createLog, type EventLog, type Retention } from './log.ts';
import type { SimulatedStream } from './streams.ts';
import { createTruth, type Truth } from './truth/truth.ts';

/** One stream: its history so far, and a way to let it go on. */
export interface Feed {
  readonly stream: SimulatedStream;
  readonly log: EventLog;
  readonly truth: Truth;
  /** Lets events happen, stamped with the time at which they do. */
  advance(count: number, nowMs: number): void;
  /** Calls the listener whenever there are new events; returns a function that stops that. */
  onAdvance(listener: () => void): () => void;
}

export interface FeedOptions {
  readonly stream: SimulatedStream;
  readonly seed: number;
  readonly first: number;
  /** Events that happened, but so long ago that the log need not have them. */
  readonly forgotten: number;
  readonly retention: Retention;
}

/** Opens a stream whose log starts after the forgotten events. */
export function openFeed({ stream, seed, first, forgotten, retention }: FeedOptions): Feed {
  const world = stream.createWorld(seed);
  const log = createLog(first + forgotten, retention);
  const listeners = new Set<() => void>();
  for (let told = 0; told < forgotten; told += 1) world.next();
  return {
    stream,
    log,
    truth: createTruth({ createWorld: () => stream.createWorld(seed), first, newest: () => log.newest }),
    advance(count, nowMs) {
      for (let told = 0; told < count; told += 1) {
        log.append(encodeEvent(world.next(), log.newest + 1, nowMs), nowMs);
      }
      log.trim(nowMs);
      for (const listener of listeners) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

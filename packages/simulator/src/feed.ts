import type { Stream, StreamName } from '@timepoint/shared/contract/streams';
import { encodeEvent } from './encode.ts';
import { createLog, type EventLog, type Retention } from './log.ts';
import { createTruth, type Truth } from './truth/truth.ts';
import type { Variants } from './variants.ts';
import type { SimulatedEvent } from './world/event.ts';
import type { World } from './world/world.ts';

/** One stream: its history so far, and a way to let it go on. */
export interface Feed {
  readonly stream: Stream & { readonly name: StreamName };
  readonly first: number;
  readonly log: EventLog;
  readonly truth: Truth;
  /** The newest timepoint, as if the stream had never counted anew. */
  readonly told: number;
  /** What a reader gets who asks for more than the newest timepoint, once the stream counted anew. */
  readonly beyond: Beyond;
  /** Gives an event the next timepoint, stamped with the time at which it happens. */
  append(event: SimulatedEvent, nowMs: number): void;
  /** Forgets what is beyond the retention and wakes those who wait for events. */
  settle(nowMs: number): void;
  /** Forgets every event that can be asked for, and gives the next one a low timepoint. */
  countAnew(anew: CountAnew): void;
  /** Calls the listener whenever there are new events; returns a function that stops that. */
  onAdvance(listener: () => void): () => void;
}

/** A refusal, or the oldest event that there is. */
export type Beyond = '416' | 'oldest';

export interface CountAnew {
  /** The timepoint of the next event. */
  readonly first: number;
  readonly beyond: Beyond;
  /** What a reader adds to the timepoints from now on to keep them growing: the truth has them so. */
  readonly base: number;
}

export interface FeedOptions {
  readonly stream: Feed['stream'];
  readonly first: number;
  /** Events that happened, but so long ago that the log need not have them. */
  readonly forgotten: number;
  readonly retention: Retention;
  readonly variants: Variants;
  /** The world as a reader of this stream hears of it, from its beginning. */
  readonly createWorld: () => World;
}

/** Opens a stream whose log starts after the forgotten events. */
export function openFeed(options: FeedOptions): Feed {
  const { stream, first, forgotten, retention, variants, createWorld } = options;
  const log = createLog(first + forgotten, retention);
  const listeners = new Set<() => void>();
  // From which event on, as if the stream had never counted anew, how much is added to that.
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let told = log.newest;
  let settledAt = told;
  let beyond: Beyond = '416';
  const held = (timepoint: number) => timepoint + (shifts.findLast(({ from }) => from <= timepoint)?.by ?? 0);
  return {
    stream,
    first,
    log,
    truth: createTruth({ createWorld, first, newest: () => told, held }),
    get told() {
      return told;
    },
    get beyond() {
      return beyond;
    },
    append(event, nowMs) {
      log.append(encodeEvent(event, log.newest + 1, nowMs, variants), nowMs);
      told += 1;
    },
    settle(nowMs) {
      log.trim(nowMs);
      if (told === settledAt) return;
      settledAt = told;
      for (const listener of listeners) listener();
    },
    countAnew(anew) {
      log.restart(anew.first);
      beyond = anew.beyond;
      shifts.push({ from: told + 1, by: anew.base + anew.first - (told + 1) });
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

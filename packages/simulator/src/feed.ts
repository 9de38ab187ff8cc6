import type { Stream, StreamName } from '@timepoint/shared/contract/streams';
import { encodeEvent } from './encode.ts';
import { createLog, type EventLog, type Retention } from './log.ts';
import { createTruth, type Truth } from './truth/truth.ts';
import type { Variants } from './variants.ts';
import type { SimulatedEvent } from './world/event.ts';
import type { World } from './world/world.ts';

/** One stream with the events that it has emitted. */
export interface Feed {
  readonly stream: Stream & { readonly name: StreamName };
  readonly first: number;
  readonly log: EventLog;
  readonly truth: Truth;
  /** The newest timepoint, as if the stream had never counted anew. */
  readonly position: number;
  /** The answer to a reader that asks for more than the newest timepoint after the stream counted anew. */
  readonly beyond: Beyond;
  /** Appends an event with the next timepoint and the time of its emission. */
  append(event: SimulatedEvent, nowMs: number): void;
  /** Drops events beyond the retention and calls the listeners if there are new events. */
  settle(nowMs: number): void;
  /** Drops every event and gives the next one a low timepoint. */
  countAnew(anew: CountAnew): void;
  /** Calls the listener when there are new events. Returns a function that removes the listener. */
  onAdvance(listener: () => void): () => void;
}

/** A refusal with 416, or a stream from the oldest event on. */
export type Beyond = '416' | 'oldest';

export interface CountAnew {
  /** The timepoint of the next event. */
  readonly first: number;
  readonly beyond: Beyond;
  /** What a reader adds to the timepoints from then on to keep them increasing. The truth has this sum. */
  readonly base: number;
}

export interface FeedOptions {
  readonly stream: Feed['stream'];
  readonly first: number;
  /** The number of earlier events that are beyond the retention of the log. */
  readonly forgotten: number;
  readonly retention: Retention;
  readonly variants: Variants;
  /** Creates the world of this stream, from its first event on. */
  readonly createWorld: () => World;
}

/** Opens a stream. Its log starts after the forgotten events. */
export function openFeed(options: FeedOptions): Feed {
  const { stream, first, forgotten, retention, variants, createWorld } = options;
  const log = createLog(first + forgotten, retention);
  const listeners = new Set<() => void>();
  // From the event `from` on, `by` is added to its position.
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let position = log.newest;
  let settledAt = position;
  let beyond: Beyond = '416';
  const held = (timepoint: number) => timepoint + (shifts.findLast(({ from }) => from <= timepoint)?.by ?? 0);
  return {
    stream,
    first,
    log,
    truth: createTruth({ createWorld, first, newest: () => position, held }),
    get position() {
      return position;
    },
    get beyond() {
      return beyond;
    },
    append(event, nowMs) {
      log.append(encodeEvent(event, log.newest + 1, nowMs, variants), nowMs);
      position += 1;
    },
    settle(nowMs) {
      log.trim(nowMs);
      if (position === settledAt) return;
      settledAt = position;
      for (const listener of listeners) listener();
    },
    countAnew(anew) {
      log.restart(anew.first);
      beyond = anew.beyond;
      shifts.push({ from: position + 1, by: anew.base + anew.first - (position + 1) });
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import { createRandom } from '../random.ts';
import { announce } from './announce.ts';
import { addDays } from './calendar.ts';
import { createCompanyHistory } from './company-history.ts';
import type { EventData, SimulatedEvent } from './event.ts';
import type { Scene } from './scene.ts';
import { createWholeHistory } from './whole-history.ts';
import { createWords } from './words.ts';

/** An endless, seeded history: the same seed and streams tell the same events for ever. */
export interface World {
  next(): SimulatedEvent;
}

/** A calendar of its own, so that documents don't depend on when they are made. */
const FIRST_DAY = '2026-01-05';
const EVENTS_PER_DAY = 5_000;

export interface WorldOptions {
  /** Whether documents of officers link to the officer, as those of REST do. */
  readonly officerLinks?: boolean;
}

/** The world of a seed, of which the streams named are told. */
export function createWorld(
  seed: number,
  streams: readonly StreamName[] = STREAM_NAMES,
  { officerLinks = false }: WorldOptions = {},
): World {
  const random = createRandom(seed);
  const words = createWords(seed);
  // A world of companies alone need not invent what nobody hears of.
  const happen = streams.some((stream) => stream !== 'companies')
    ? createWholeHistory(random)
    : createCompanyHistory(random);
  const told = new Set<StreamName>(streams);
  const waiting: SimulatedEvent[] = [];
  const strip = officerLinks ? (event: SimulatedEvent) => event : withoutOfficerLinks();
  let scene: Scene = { random, words, today: FIRST_DAY };
  let count = 0;
  return {
    next() {
      if (count % EVENTS_PER_DAY === 0)
        scene = { random, words, today: addDays(FIRST_DAY, count / EVENTS_PER_DAY) };
      count += 1;
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) return strip(event);
        for (const telling of happen(scene))
          if (told.has(telling.stream)) waiting.push(announce(random, telling));
      }
    },
  };
}

/** No captured event of the stream says which officer an appointment is of. The same document stays the same object. */
function withoutOfficerLinks(): (event: SimulatedEvent) => SimulatedEvent {
  const stripped = new WeakMap<object, EventData>();
  return (event) => {
    const { stream, data } = event;
    if (stream !== 'officers' || !data || !('links' in data)) return event;
    const { officer: _, ...links } = data.links as Record<string, unknown>;
    const known = stripped.get(data) ?? { ...data, links };
    stripped.set(data, known);
    return { ...event, data: known };
  };
}

/** A world as a reader of one stream hears of it. */
export function listenTo(world: World, stream: StreamName): World {
  return {
    next() {
      for (;;) {
        const event = world.next();
        if (event.stream === stream) return event;
      }
    },
  };
}

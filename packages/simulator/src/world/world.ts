import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import { createRandom } from '../random.ts';
import { addDays } from './calendar.ts';
import { createCompanyHistory } from './company-history.ts';
import type { EventData, SimulatedEvent } from './event.ts';
import type { GenerationContext } from './generation-context.ts';
import { publish } from './publish.ts';
import { createRegisterHistory } from './register-history.ts';
import { createWords } from './words.ts';

/** An endless history from a seed. The same seed and streams always generate the same events. */
export interface World {
  next(): SimulatedEvent;
}

/** The world has its own calendar, so that documents do not depend on the clock. */
const FIRST_DAY = '2026-01-05';
const EVENTS_PER_DAY = 5_000;

export interface WorldOptions {
  /** Whether documents of officers link to the officer, as those of the REST API do. */
  readonly officerLinks?: boolean;
}

/** Creates the world of a seed. It emits the events of the named streams. */
export function createWorld(
  seed: number,
  streams: readonly StreamName[] = STREAM_NAMES,
  { officerLinks = false }: WorldOptions = {},
): World {
  const random = createRandom(seed);
  const words = createWords(seed);
  // A world with only the stream companies does not generate the other records.
  const nextEvents = streams.some((stream) => stream !== 'companies')
    ? createRegisterHistory(random)
    : createCompanyHistory(random);
  const emitted = new Set<StreamName>(streams);
  const waiting: SimulatedEvent[] = [];
  const strip = officerLinks ? (event: SimulatedEvent) => event : withoutOfficerLinks();
  let context: GenerationContext = { random, words, today: FIRST_DAY };
  let count = 0;
  return {
    next() {
      if (count % EVENTS_PER_DAY === 0)
        context = { random, words, today: addDays(FIRST_DAY, count / EVENTS_PER_DAY) };
      count += 1;
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) return strip(event);
        for (const generated of nextEvents(context))
          if (emitted.has(generated.stream)) waiting.push(publish(random, generated));
      }
    },
  };
}

/** Removes the link to the officer, which no captured event has. The same document stays the same object. */
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

/** Reduces a world to the events of one stream. */
export function onlyStream(world: World, stream: StreamName): World {
  return {
    next() {
      for (;;) {
        const event = world.next();
        if (event.stream === stream) return event;
      }
    },
  };
}

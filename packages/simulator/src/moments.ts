import { setImmediate } from 'node:timers/promises';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Publisher } from './publisher.ts';
import type { Day } from './world/calendar.ts';
import type { World } from './world/world.ts';

/** The newest timepoint of each stream at one moment. A stream without events has the one before its first. */
export type Moment = ReadonlyMap<StreamName, number>;

/** Finds the newest timepoint of every stream at a moment of their common history. */
export interface Moments {
  newest(): Moment;
  /** The moment before a day began in UK time. A future day has the newest moment. */
  beforeDay(day: Day): Promise<Moment>;
  /** The moment after an event of the stream companies. Undefined means that there is no such event. */
  afterCompany(timepoint: number): Promise<Moment | undefined>;
}

export interface MomentsOptions {
  readonly publisher: Pick<Publisher, 'feeds' | 'days' | 'emittedEver'>;
  readonly createWorld: () => World;
}

// The same number of events as the truth folds at once.
const SLICE_EVENTS = 2_000;

/** Counts the events of each stream in a second world of the same seed. */
export function createMoments({ publisher, createWorld }: MomentsOptions): Moments {
  const { feeds } = publisher;
  const newest = () => new Map(feeds.map(({ stream, position }) => [stream.name, position]));

  const replayUntil = async (isReached: (moment: Moment, emitted: number) => boolean): Promise<Moment> => {
    const world = createWorld();
    const moment = new Map(feeds.map(({ stream, first }) => [stream.name, first - 1]));
    for (let emitted = 0; !isReached(moment, emitted); emitted += 1) {
      const { stream } = world.next();
      moment.set(stream, (moment.get(stream) ?? 0) + 1);
      if (emitted % SLICE_EVENTS === 0) await setImmediate();
    }
    return moment;
  };

  return {
    newest,
    async beforeDay(day) {
      const began = publisher.days.find((noted) => noted.day >= day);
      return began === undefined ? newest() : replayUntil((_, emitted) => emitted === began.emittedBefore);
    },
    async afterCompany(timepoint) {
      const companies = feeds.find(({ stream }) => stream.name === 'companies');
      if (companies === undefined || timepoint < companies.first || timepoint > companies.position)
        return undefined;
      return replayUntil((moment) => moment.get('companies') === timepoint);
    },
  };
}

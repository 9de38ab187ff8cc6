import { setImmediate } from 'node:timers/promises';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Publisher } from './publisher.ts';
import type { Day } from './world/calendar.ts';
import type { World } from './world/world.ts';

/** How far each stream that is told had come: its newest timepoint, or the one before its first. */
export type Moment = ReadonlyMap<StreamName, number>;

/** Finds what had been told on every stream at a moment of the one world behind them. */
export interface Moments {
  newest(): Moment;
  /** Before a day began in UK time; a day to come is the newest moment. */
  beforeDay(day: Day): Promise<Moment>;
  /** Right after an event of the stream companies; undefined when there is no such event. */
  afterCompany(timepoint: number): Promise<Moment | undefined>;
}

export interface MomentsOptions {
  readonly publisher: Pick<Publisher, 'feeds' | 'days' | 'told'>;
  readonly createWorld: () => World;
}

// As many as a truth folds at once.
const SLICE_EVENTS = 2_000;

/** Counts the events of each stream by letting a second world of the same seed tell them again. */
export function createMoments({ publisher, createWorld }: MomentsOptions): Moments {
  const { feeds } = publisher;
  const newest = () => new Map(feeds.map(({ stream, told }) => [stream.name, told]));

  const retell = async (hasCome: (moment: Moment, told: number) => boolean): Promise<Moment> => {
    const world = createWorld();
    const moment = new Map(feeds.map(({ stream, first }) => [stream.name, first - 1]));
    for (let told = 0; !hasCome(moment, told); told += 1) {
      const { stream } = world.next();
      moment.set(stream, (moment.get(stream) ?? 0) + 1);
      if (told % SLICE_EVENTS === 0) await setImmediate();
    }
    return moment;
  };

  return {
    newest,
    async beforeDay(day) {
      const began = publisher.days.find((noted) => noted.day >= day);
      return began === undefined ? newest() : retell((_, told) => told === began.told);
    },
    async afterCompany(timepoint) {
      const companies = feeds.find(({ stream }) => stream.name === 'companies');
      if (companies === undefined || timepoint < companies.first || timepoint > companies.told)
        return undefined;
      return retell((moment) => moment.get('companies') === timepoint);
    },
  };
}

import { STREAM_NAMES, type StreamName } from '@timepoint/shared/streams';
import { chance, createRandom, int, type Random } from '../random.ts';
import { announce } from './announce.ts';
import { addDays } from './calendar.ts';
import { deletedDataOfNobody } from './deletes.ts';
import { createDisqualifications } from './disqualifications.ts';
import type { SimulatedEvent, Telling } from './event.ts';
import { followProfile, foundHousehold } from './household/consequences.ts';
import { createHousehold, type Household } from './household/household.ts';
import { republish, WAVE_HOUSEHOLDS } from './household/republish.ts';
import { stir } from './household/stir.ts';
import { beginLife, type CompanyTelling, continueLife } from './lives.ts';
import { createRegistrar } from './registration.ts';
import type { Scene } from './scene.ts';
import { createWords } from './words.ts';

/** An endless, seeded history: the same seed and streams tell the same events for ever. */
export interface World {
  next(): SimulatedEvent;
}

/** A calendar of its own, so that documents don't depend on when they are made. */
const FIRST_DAY = '2026-01-05';
const EVENTS_PER_DAY = 5_000;
/** How often something happens to a company that its profile does not show. */
const STIR_SHARE = 0.62;
const WAVE_SHARE = 0.0004;
const DISQUALIFICATION_SHARE = 0.003;

/**
 * The companies of the register and all that belongs to them: first many new ones, later mostly events of known
 * ones, in bursts. What happens to a company is told on every stream that shows it.
 */
export function createWorld(seed: number, streams: readonly StreamName[] = STREAM_NAMES): World {
  const random = createRandom(seed);
  const registrar = createRegistrar(random);
  const words = createWords(seed);
  const choose = createChooser(random);
  const disqualification = createDisqualifications();
  const told = new Set<StreamName>(streams);
  // A world of companies alone need not invent what nobody hears of.
  const hasBelongings = streams.some((stream) => stream !== 'companies');
  const households: Household[] = [];
  const waiting: SimulatedEvent[] = [];
  let scene: Scene = { random, words, today: FIRST_DAY };
  let count = 0;

  const found = (): Telling[] => {
    const life = beginLife(scene, registrar());
    const household = createHousehold(life);
    households.push(household);
    const company = ofCompany(life.companyNumber, { type: 'changed', data: life.profile });
    if (!hasBelongings) return [company];
    const belongings = foundHousehold(household, scene);
    // What belongs to a company can be told before the company.
    return chance(random, 0.2) ? [...belongings, company] : [company, ...belongings];
  };
  const goOn = (household: Household): Telling[] => {
    if (hasBelongings && chance(random, STIR_SHARE)) return stir(household, scene);
    const { life } = household;
    const before = life.profile;
    const company = ofCompany(life.companyNumber, continueLife(life, scene));
    if (!hasBelongings || life.profile === before) return [company];
    return [...followProfile(household, before, scene), company];
  };
  const happen = (): Telling[] => {
    if (hasBelongings && chance(random, DISQUALIFICATION_SHARE)) return [disqualification(scene)];
    if (hasBelongings && chance(random, WAVE_SHARE)) {
      const start = int(random, households.length);
      return households
        .slice(start, start + WAVE_HOUSEHOLDS)
        .flatMap((household) => republish(household, scene));
    }
    if (chance(random, 0.003)) return [ofNobody(registrar().companyNumber, random)];
    const known = chance(random, birthRate(households.length)) ? undefined : choose(households);
    return known === undefined ? found() : goOn(known);
  };

  return {
    next() {
      if (count % EVENTS_PER_DAY === 0)
        scene = { random, words, today: addDays(FIRST_DAY, count / EVENTS_PER_DAY) };
      count += 1;
      for (;;) {
        const event = waiting.shift();
        if (event !== undefined) return event;
        for (const telling of happen()) if (told.has(telling.stream)) waiting.push(announce(random, telling));
      }
    },
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

function ofCompany(companyNumber: string, { type, data }: CompanyTelling): Telling {
  return {
    stream: 'companies',
    resourceKind: 'company-profile',
    resourceUri: `/company/${companyNumber}`,
    resourceId: companyNumber,
    companyNumber,
    type,
    data,
  };
}

/** A delete of a company that never was. */
function ofNobody(companyNumber: string, random: Random): Telling {
  return ofCompany(companyNumber, { type: 'deleted', data: deletedDataOfNobody(companyNumber, random) });
}

/** The register fills quickly, then grows by a few percent of the events, as the real one does. */
function birthRate(population: number): number {
  if (population < 20) return 1;
  return population < 1_000 ? 0.3 : 0.06;
}

/** Popular companies are chosen often, and one that was chosen tends to be chosen again at once. */
function createChooser(random: Random): (households: readonly Household[]) => Household | undefined {
  let favourite: Household | undefined;
  let heat = 0;
  return (households) => {
    if (heat > 0 && chance(random, 0.7)) {
      heat -= 1;
      return favourite;
    }
    const chosen = households[int(random, households.length * random())];
    if (chance(random, 0.15)) {
      favourite = chosen;
      heat = 1 + int(random, 8);
    }
    return chosen;
  };
}

import { chance, createLottery, createRandom, int, type Random } from '../random.ts';
import { addDays } from './calendar.ts';
import { deletedDataOfNobody } from './deletes.ts';
import type { PublishedForm, SimulatedEvent } from './event.ts';
import { beginLife, continueLife, type Life, type Telling } from './lives.ts';
import { createRegistrar } from './registration.ts';
import type { Scene } from './scene.ts';
import { createWords } from './words.ts';

/** An endless, seeded history: the same seed tells the same events for ever. */
export interface World {
  next(): SimulatedEvent;
}

/** A calendar of its own, so that documents don't depend on when they are made. */
const FIRST_DAY = '2026-01-05';
const EVENTS_PER_DAY = 5_000;

const drawForm = createLottery<PublishedForm>([
  [85, 'seconds'],
  [10, 'microseconds'],
  [5, 'offset'],
]);

/** The companies of the register: first many new ones, later mostly events of known ones, in bursts. */
export function createWorld(seed: number): World {
  const random = createRandom(seed);
  const registrar = createRegistrar(random);
  const words = createWords(seed);
  const choose = createChooser(random);
  const lives: Life[] = [];
  let scene: Scene = { random, words, today: FIRST_DAY };
  let told = 0;

  const tellOfSomebody = (): SimulatedEvent => {
    const known = chance(random, birthRate(lives.length)) ? undefined : choose(lives);
    if (known !== undefined) return announce(random, known.companyNumber, continueLife(known, scene));
    const life = beginLife(scene, registrar());
    lives.push(life);
    return announce(random, life.companyNumber, { type: 'changed', data: life.profile });
  };

  const tellOfNobody = (): SimulatedEvent => {
    const { companyNumber } = registrar();
    const data = deletedDataOfNobody(companyNumber, random);
    return announce(random, companyNumber, { type: 'deleted', data });
  };

  return {
    next() {
      if (told % EVENTS_PER_DAY === 0) {
        scene = { random, words, today: addDays(FIRST_DAY, told / EVENTS_PER_DAY) };
      }
      told += 1;
      return chance(random, 0.003) ? tellOfNobody() : tellOfSomebody();
    },
  };
}

/** The register fills quickly, then grows by a few percent of the events, as the real one does. */
function birthRate(population: number): number {
  if (population < 20) return 1;
  return population < 1_000 ? 0.3 : 0.06;
}

/** Popular companies are chosen often, and one that was chosen tends to be chosen again at once. */
function createChooser(random: Random): (lives: readonly Life[]) => Life | undefined {
  let favourite: Life | undefined;
  let heat = 0;
  return (lives) => {
    if (heat > 0 && chance(random, 0.7)) {
      heat -= 1;
      return favourite;
    }
    const chosen = lives[int(random, lives.length * random())];
    if (chance(random, 0.15)) {
      favourite = chosen;
      heat = 1 + int(random, 8);
    }
    return chosen;
  };
}

function announce(random: Random, companyNumber: string, telling: Telling): SimulatedEvent {
  return {
    resourceKind: 'company-profile',
    resourceUri: `/company/${companyNumber}`,
    resourceId: companyNumber,
    companyNumber,
    type: telling.type,
    data: telling.data,
    publishedForm: drawForm(random),
    publishedLagMs: chance(random, 0.1) ? int(random, 2_000) : 0,
    isDataFirst: chance(random, 0.4),
  };
}

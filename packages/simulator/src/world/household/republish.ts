import { chance, int } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import type { Household } from './household.ts';
import { change, tell } from './tell.ts';

/** A window in which what belongs to one company after the other is published again. */
interface Wave {
  readonly part: 'controllers' | 'officers';
  nextHousehold: number;
  householdsLeft: number;
}

/** What the windows are of, one after the other. */
const PARTS: readonly Wave['part'][] = ['controllers', 'officers', 'controllers'];
const WAVE_SHARE = 0.0002;
const FEWEST_HOUSEHOLDS = 30;
const MOST_HOUSEHOLDS = 150;

/**
 * Lets such windows come now and then. Asked before anything else happens, it tells what is published again; while
 * a window lasts everything else happens as well, but seldom. Undefined when it is not the turn of the window.
 */
export function createWaves(): (households: readonly Household[], scene: Scene) => Telling[] | undefined {
  let wave: Wave | undefined;
  let waves = 0;
  return (households, scene) => {
    const { random } = scene;
    if (wave === undefined && chance(random, WAVE_SHARE)) {
      wave = begin(PARTS[waves % PARTS.length] ?? 'controllers', households.length, scene);
      waves += 1;
    }
    if (wave === undefined || chance(random, 0.2)) return undefined;
    const { part } = wave;
    const household = households[wave.nextHousehold % households.length];
    wave.nextHousehold += 1;
    wave.householdsLeft -= 1;
    if (wave.householdsLeft === 0) wave = undefined;
    return household === undefined ? [] : republish(household, part, scene);
  };
}

function begin(part: Wave['part'], households: number, { random }: Scene): Wave {
  return {
    part,
    nextHousehold: int(random, households),
    householdsLeft: FEWEST_HOUSEHOLDS + int(random, MOST_HOUSEHOLDS - FEWEST_HOUSEHOLDS),
  };
}

/** All of a household, unchanged or with nothing but another etag. */
function republish(household: Household, part: Wave['part'], { random }: Scene): Telling[] {
  return household[part]
    .filter(({ isDeleted }) => !isDeleted)
    .map((belonging) =>
      'etag' in belonging.data && chance(random, 0.5)
        ? change(belonging, { etag: newEtag(random) })
        : tell(belonging),
    );
}

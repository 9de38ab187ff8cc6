import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import type { Household } from './household.ts';
import { change, tell } from './tell.ts';

/** How many households a wave of republications takes in. */
export const WAVE_HOUSEHOLDS = 40;

/** All controllers of a household as the publisher sends them in masses: unchanged, or with another etag. */
export function republish(household: Household, { random }: Scene): Telling[] {
  return household.controllers
    .filter((controller) => !controller.isDeleted)
    .map((controller) => (random() < 0.5 ? tell(controller) : change(controller, { etag: newEtag(random) })));
}

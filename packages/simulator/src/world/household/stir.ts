import { chance, createLottery, int } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import { isTrouble } from '../profile.ts';
import type { Scene } from '../scene.ts';
import { stirCharges } from './charges.ts';
import { stirControllers } from './controllers.ts';
import { stirExemptions } from './exemptions.ts';
import { stirFilings } from './filings.ts';
import { type Belonging, belongingsOf, type Household } from './household.ts';
import { stirInsolvency } from './insolvency.ts';
import { stirOfficers } from './officers.ts';
import { removeStranger } from './strangers.ts';
import { change, goBack, remove, tell } from './tell.ts';

type Stir = (household: Household, scene: Scene) => Telling[];

/** Something happens to one of the belongings, if there are any. */
const toOne =
  (happen: (belonging: Belonging, scene: Scene) => Telling): Stir =>
  (household, scene) => {
    const belongings = belongingsOf(household);
    const belonging = belongings[int(scene.random, belongings.length)];
    return belonging === undefined ? [] : [happen(belonging, scene)];
  };

/** A belonging is published again: the same document, or with nothing but another etag. */
const retell = toOne((belonging, { random }) =>
  'etag' in belonging.data && chance(random, 0.5)
    ? change(belonging, { etag: newEtag(random) })
    : tell(belonging),
);

/** A belonging goes; one that had gone comes back or goes once more. */
const removeOne = toOne((belonging, { random }) =>
  belonging.isDeleted && chance(random, 0.6) ? tell(belonging) : remove(belonging, random),
);

const again: readonly (readonly [weight: number, stir: Stir])[] = [
  [30, retell],
  [12, toOne(goBack)],
  [20, removeOne],
  [3, ({ life: { companyNumber } }, { random }) => [removeStranger(companyNumber, random)]],
];

const drawStir = createLottery<Stir>([
  [250, stirOfficers],
  [115, stirControllers],
  [26, stirCharges],
  [640, stirFilings],
  ...again,
]);
const drawLateStir = createLottery<Stir>(again);

/** Something happens to a company that its profile, as a rule, does not show. */
export function stir(household: Household, scene: Scene): Telling[] {
  const { profile, isDeleted } = household.life;
  // Of a company that is no more, only what there was can be told again.
  if (profile.company_status === 'dissolved' || isDeleted)
    return drawLateStir(scene.random)(household, scene);
  if (isTrouble(profile.company_status) && chance(scene.random, 0.18))
    return stirInsolvency(household, scene);
  if (profile.type === 'plc' && chance(scene.random, 0.03)) return stirExemptions(household, scene);
  return drawStir(scene.random)(household, scene);
}

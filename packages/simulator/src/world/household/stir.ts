import { chance, createLottery, int } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { stirCharges } from './charges.ts';
import { stirControllers } from './controllers.ts';
import { stirExemptions } from './exemptions.ts';
import { FORMS, file } from './filings.ts';
import { belongingsOf, type Household } from './household.ts';
import { newId } from './ids.ts';
import { stirInsolvency } from './insolvency.ts';
import { stirOfficers } from './officers.ts';
import { change, remove, tell } from './tell.ts';

type Stir = (household: Household, scene: Scene) => Telling[];

/** A belonging is published again: the same document, or with nothing but another etag. */
const retell: Stir = (household, { random }) => {
  const belongings = belongingsOf(household);
  const belonging = belongings[int(random, belongings.length)];
  if (belonging === undefined) return [];
  const hasEtag = 'etag' in belonging.data && chance(random, 0.5);
  return [hasEtag ? change(belonging, { etag: newEtag(random) }) : tell(belonging)];
};

/** A belonging goes, and some come back. */
const removeOne: Stir = (household, { random }) => {
  const belongings = belongingsOf(household);
  const belonging = belongings[int(random, belongings.length)];
  if (belonging === undefined) return [];
  return [belonging.isDeleted && chance(random, 0.6) ? tell(belonging) : remove(belonging, random)];
};

/** A delete of what never was. */
const removeNothing: Stir = ({ life: { companyNumber } }, { random }) => {
  const id = newId(random, 27);
  const resource = {
    stream: 'officers',
    resourceKind: 'company-officers',
    resourceUri: `/company/${companyNumber}/appointments/${id}`,
    resourceId: id,
    companyNumber,
  } as const;
  return [{ ...resource, type: 'deleted', data: chance(random, 0.5) ? null : undefined }];
};

const drawStir = createLottery<Stir>([
  [330, stirOfficers],
  [160, stirControllers],
  [25, stirCharges],
  [380, (household, scene) => [file(household, scene, FORMS.resolution)]],
  [40, retell],
  [20, removeOne],
  [2, removeNothing],
]);

/** Something happens to a company that its profile does not show. */
export function stir(household: Household, scene: Scene): Telling[] {
  const { profile } = household.life;
  if (profile.company_status === 'liquidation' && chance(scene.random, 0.3))
    return stirInsolvency(household, scene);
  if (profile.type === 'plc' && chance(scene.random, 0.4)) return stirExemptions(household, scene);
  return drawStir(scene.random)(household, scene);
}

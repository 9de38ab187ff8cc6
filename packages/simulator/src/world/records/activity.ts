import { chance, createLottery, int } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import { isInsolvent } from '../profile.ts';
import { changeCharges } from './charges.ts';
import { type CompanyRecords, type RegisterResource, resourcesOf } from './company-records.ts';
import { changeControllers } from './controllers.ts';
import { changeExemptions } from './exemptions.ts';
import { changeFilings } from './filings.ts';
import { changeInsolvency } from './insolvency.ts';
import { changeOfficers } from './officers.ts';
import { change, emitCurrent, remove, revert } from './resource-events.ts';
import { deleteUnknownResource } from './unknown-resources.ts';

type Activity = (records: CompanyRecords, context: GenerationContext) => ResourceEvent[];

/** Applies an action to one resource of the company. A company without resources emits nothing. */
const toOne =
  (act: (resource: RegisterResource, context: GenerationContext) => ResourceEvent): Activity =>
  (records, context) => {
    const resources = resourcesOf(records);
    const resource = resources[int(context.random, resources.length)];
    return resource === undefined ? [] : [act(resource, context)];
  };

/** Publishes a resource again: the same document, or the document with only another etag. */
const republishOne = toOne((resource, { random }) =>
  'etag' in resource.data && chance(random, 0.5)
    ? change(resource, { etag: newEtag(random) })
    : emitCurrent(resource),
);

/** Deletes a resource. A deleted resource is created or deleted again. */
const removeOne = toOne((resource, { random }) =>
  resource.isDeleted && chance(random, 0.6) ? emitCurrent(resource) : remove(resource, random),
);

const republications: readonly (readonly [weight: number, activity: Activity])[] = [
  [30, republishOne],
  [12, toOne(revert)],
  [20, removeOne],
  [3, ({ company: { companyNumber } }, { random }) => [deleteUnknownResource(companyNumber, random)]],
];

const drawActivity = createLottery<Activity>([
  [250, changeOfficers],
  [115, changeControllers],
  [26, changeCharges],
  [640, changeFilings],
  ...republications,
]);
const drawRepublication = createLottery<Activity>(republications);

/** Changes records of a company that its profile, as a rule, does not show. */
export function generateActivity(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { profile, isDeleted } = records.company;
  // A dissolved or deleted company has no new records: its old ones are published again.
  if (profile.company_status === 'dissolved' || isDeleted)
    return drawRepublication(context.random)(records, context);
  if (isInsolvent(profile.company_status) && chance(context.random, 0.18))
    return changeInsolvency(records, context);
  if (profile.type === 'plc' && chance(context.random, 0.03)) return changeExemptions(records, context);
  return drawActivity(context.random)(records, context);
}

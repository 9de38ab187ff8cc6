import { chance } from '../../random.ts';
import type { Telling } from '../event.ts';
import type { CompanyProfile } from '../profile.ts';
import type { Scene } from '../scene.ts';
import { notify, state } from './controllers.ts';
import { FORMS, type Form, file } from './filings.ts';
import type { Household } from './household.ts';
import { stirInsolvency } from './insolvency.ts';
import { appoint } from './officers.ts';

/** What comes along with the first event of a company: who runs and who controls it. */
export function foundHousehold(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const { date_of_creation: createdOn } = household.life.profile;
  const officers = Array.from({ length: chance(random, 0.6) ? 1 : 2 }, () =>
    appoint(household, scene, createdOn),
  );
  const control = chance(random, 0.9) ? notify(household, scene, createdOn) : state(household, scene);
  const isNew = createdOn === today;
  // Of an older company only some of it is told now.
  if (!isNew) return chance(random, 0.3) ? [...officers, control] : [];
  return [...officers, control, file(household, scene, FORMS.incorporation)];
}

/** What the streams tell when the profile of a company went from one document to another. */
export function followProfile(household: Household, before: CompanyProfile, scene: Scene): Telling[] {
  const after = household.life.profile;
  const filings = formsFor(before, after).map((form) => file(household, scene, form));
  const isLiquidated =
    before.company_status !== after.company_status && after.company_status === 'liquidation';
  return isLiquidated ? [...filings, ...stirInsolvency(household, scene)] : filings;
}

function formsFor(before: CompanyProfile, after: CompanyProfile): Form[] {
  const forms: Form[] = [];
  if (before.registered_office_address !== after.registered_office_address) forms.push(FORMS.address);
  if (before.company_name !== after.company_name) forms.push(FORMS.name);
  if (before.accounts.last_accounts !== after.accounts.last_accounts) forms.push(FORMS.accounts);
  if (before.confirmation_statement.last_made_up_to !== after.confirmation_statement.last_made_up_to)
    forms.push(FORMS.statement);
  const status = statusForm(before, after);
  return status === undefined ? forms : [...forms, status];
}

function statusForm(before: CompanyProfile, after: CompanyProfile): Form | undefined {
  if (before.company_status !== after.company_status) {
    if (after.company_status === 'dissolved') return FORMS.dissolution;
    return after.company_status === 'active' ? FORMS.restoration : undefined;
  }
  if (before.company_status_detail === after.company_status_detail) return undefined;
  return after.company_status_detail === undefined ? FORMS.withdrawal : FORMS.proposal;
}

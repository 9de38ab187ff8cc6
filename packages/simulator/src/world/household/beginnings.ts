import { chance, int } from '../../random.ts';
import { addDays, type Day, daysBetween } from '../calendar.ts';
import type { Telling } from '../event.ts';
import { FOREIGN, OVERSEAS } from '../registration.ts';
import type { Scene } from '../scene.ts';
import { notify } from './controllers.ts';
import { file } from './filings.ts';
import { FORMS, type Form } from './forms.ts';
import type { Belonging, Household } from './household.ts';
import { appoint } from './officers.ts';
import { linkTo } from './show.ts';
import { state } from './statements.ts';
import { tell } from './tell.ts';

/**
 * Who runs and who controls a company at its first event. Of a new one all of it is told, and its incorporation is
 * filed; of an old one it is there, but most of it shows only when something happens to it.
 */
export function beginHousehold(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const { date_of_creation: createdOn, type } = household.life.profile;
  const officers = Array.from({ length: chance(random, 0.6) ? 1 : 2 }, () =>
    appoint(household, scene, someDay(createdOn, scene)),
  );
  const controllers = type === FOREIGN ? [] : [control(household, scene, createdOn)];
  const members = [...officers, ...controllers];
  if (createdOn !== today) return chance(random, 0.25) ? members.map(tell) : [];
  return [...members.map(tell), file(household, scene, REGISTRATIONS[type] ?? FORMS.incorporation)];
}

const REGISTRATIONS: Readonly<Record<string, Form>> = {
  [OVERSEAS]: FORMS.overseasRegistration,
  [FOREIGN]: FORMS.foreignRegistration,
};

/** Most officers of a company are there from the beginning. */
function someDay(createdOn: Day, { random, today }: Scene): Day {
  const age = daysBetween(createdOn, today);
  return chance(random, 0.5) ? createdOn : addDays(createdOn, int(random, age + 1));
}

function control(household: Household, scene: Scene, since: Day): Belonging {
  if (chance(scene.random, 0.94)) return notify(household, scene, since);
  const { life } = household;
  const links = linkTo(household, 'persons_with_significant_control_statements');
  life.profile = { ...life.profile, links };
  return state(household, scene, since);
}

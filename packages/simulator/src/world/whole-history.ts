import { chance, type Random } from '../random.ts';
import type { History } from './company-history.ts';
import { createDisqualifications } from './disqualifications.ts';
import type { Telling } from './event.ts';
import { beginHousehold } from './household/beginnings.ts';
import { followProfile } from './household/consequences.ts';
import { stirExemptions } from './household/exemptions.ts';
import { createHousehold, type Household } from './household/household.ts';
import { createWaves } from './household/republish.ts';
import { stir } from './household/stir.ts';
import { beginLife, continueLife } from './lives.ts';
import { createPopulation } from './population.ts';
import { createRegistrar, type Registration } from './registration.ts';
import type { Scene } from './scene.ts';
import { NOBODY_SHARE, tellCompany, tellNobody } from './tell-company.ts';

/** How often something happens to a company that its profile does not show. */
const STIR_SHARE = 0.65;
const DISQUALIFICATION_SHARE = 0.001;
/** So rare is what these streams tell that the first of it is brought about: after so many happenings. */
const FIRST_DISQUALIFICATION = 150;
const FIRST_EXEMPTION = 250;

/** The companies and all that belongs to them: what happens to a company is told on every stream that shows it. */
export function createWholeHistory(random: Random): History {
  const registrar = createRegistrar(random);
  const population = createPopulation<Household>(random);
  const disqualification = createDisqualifications();
  const republication = createWaves();
  let happenings = 0;

  const found = (registration: Registration, scene: Scene): Telling[] => {
    const household = createHousehold(beginLife(scene, registration));
    population.add(household);
    const belongings = beginHousehold(household, scene);
    const { companyNumber, profile } = household.life;
    const company = tellCompany(companyNumber, { type: 'changed', data: profile });
    // What belongs to a company can be told before the company.
    return chance(random, 0.2) ? [...belongings, company] : [company, ...belongings];
  };
  const foundTraded = (scene: Scene): Telling[] => {
    let registration = registrar();
    // Only a number of digits alone can be that of a plc.
    while (!/^\d+$/.test(registration.companyNumber)) registration = registrar();
    const founded = found({ ...registration, type: 'plc', subtype: undefined }, scene);
    const household = population.members.at(-1);
    return household === undefined ? founded : [...founded, ...stirExemptions(household, scene)];
  };

  return (scene) => {
    happenings += 1;
    if (happenings === FIRST_DISQUALIFICATION || chance(random, DISQUALIFICATION_SHARE))
      return [disqualification(scene)];
    if (happenings === FIRST_EXEMPTION) return foundTraded(scene);
    const again = republication(population.members, scene);
    if (again !== undefined) return again;
    if (chance(random, NOBODY_SHARE)) return [tellNobody(registrar().companyNumber, random)];
    const known = population.choose();
    return known === undefined ? found(registrar(), scene) : goOn(known, scene);
  };
}

function goOn(household: Household, scene: Scene): Telling[] {
  const { random } = scene;
  if (chance(random, STIR_SHARE)) return stir(household, scene);
  const { life } = household;
  const { profile: was, before } = life;
  const company = tellCompany(life.companyNumber, continueLife(life, scene));
  // The same document, or an earlier one: it is published again, but nothing happened.
  if (life.profile === was || life.profile === before) return [company];
  const consequences = followProfile(household, was, scene);
  return chance(random, 0.5) ? [...consequences, company] : [company, ...consequences];
}

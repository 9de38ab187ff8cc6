import { chance, int, pick } from '../../random.ts';
import { inventAddress } from '../addresses.ts';
import { addDays } from '../calendar.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { FORMS, file } from './filings.ts';
import { belong, type Household } from './household.ts';
import { newId } from './ids.ts';
import { change, tell } from './tell.ts';

const OCCUPATIONS = ['Director', 'Company Director', 'Engineer', 'Consultant', 'Baker', 'Plumber'] as const;
const NATIONALITIES = ['British', 'Irish', 'Welsh', 'Polish', 'Indian', 'Italian'] as const;
const FORENAMES = [
  'Robin',
  'Wren',
  'Jules',
  'Sage',
  'Noel',
  'Kit',
  'Harper',
  'Casey',
  'Zoë',
  'Renée',
] as const;

/** A name as the register writes those of officers. */
export function inventOfficerName({ random, words }: Scene): string {
  return `${pick(random, words.surnames).toUpperCase()}, ${pick(random, FORENAMES)}`;
}

/** What the register tells of a natural person, as officers and controllers have it. */
export function inventPerson({ random }: Scene): Readonly<Record<string, unknown>> {
  return {
    nationality: pick(random, NATIONALITIES),
    country_of_residence: pick(random, ['England', 'Scotland', 'Wales', 'United Kingdom']),
    date_of_birth: { month: 1 + int(random, 12), year: 1940 + int(random, 65) },
  };
}

/** Appoints an officer; without a filing when it was long ago. */
export function appoint(household: Household, scene: Scene, appointedOn = scene.today): Telling {
  const { random } = scene;
  const { companyNumber, profile } = household.life;
  const id = newId(random, 27);
  const isCorporate = chance(random, 0.05);
  // Of appointments before 1992 the register often knows no more than that they had begun.
  const isOld = appointedOn < '1992' || chance(random, 0.005);
  const role =
    profile.type === 'llp' ? 'llp-member' : pick(random, ['director', 'director', 'director', 'secretary']);
  const data = {
    name: isCorporate
      ? `${pick(scene.random, scene.words.surnames).toUpperCase()} SECRETARIES LIMITED`
      : inventOfficerName(scene),
    officer_role: isCorporate ? 'corporate-secretary' : role,
    ...(isOld
      ? { appointed_before: '1992-01-01', is_pre_1992_appointment: true }
      : { appointed_on: appointedOn }),
    ...(isCorporate ? {} : { ...inventPerson(scene), occupation: pick(random, OCCUPATIONS) }),
    address: inventAddress(scene, profile.jurisdiction),
    links: {
      self: `/company/${companyNumber}/appointments/${id}`,
      officer: { appointments: `/officers/${newId(random, 27)}/appointments` },
    },
  };
  const place = { stream: 'officers', kind: 'company-officers', path: `appointments/${id}`, id } as const;
  const officer = belong(household, place, data);
  household.officers.push(officer);
  return tell(officer);
}

/** Something happens to the officers of a company: the event of the officer, and its filing. */
export function stirOfficers(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const serving = household.officers.filter((officer) => !officer.isOver && !officer.isDeleted);
  const officer = serving[int(random, serving.length)];
  if (officer === undefined || (serving.length < 6 && chance(random, 0.4))) {
    return [
      appoint(household, scene, addDays(today, -int(random, 14))),
      file(household, scene, FORMS.appointment),
    ];
  }
  if (chance(random, 0.5)) {
    officer.isOver = true;
    return [change(officer, { resigned_on: today }), file(household, scene, FORMS.resignation)];
  }
  const address = inventAddress(scene, household.life.profile.jurisdiction);
  return [change(officer, { address }), file(household, scene, FORMS.particulars)];
}

import { chance, int, pick } from '../../random.ts';
import { inventServiceAddress } from '../addresses.ts';
import { addDays, type Day, laterOf } from '../calendar.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { file } from './filings.ts';
import { type Belonging, belong, type Household, inForce } from './household.ts';
import { newId } from './ids.ts';
import { drawRole, OFFICE_FORMS, type OfficeForms } from './offices.ts';
import { inventPerson, inventPersonName, inventRegistrationNumber } from './people.ts';
import { change, tell } from './tell.ts';

const OCCUPATIONS = ['Director', 'Company Director', 'Engineer', 'Consultant', 'Baker', 'Plumber'] as const;
const REGISTER_OF_OFFICERS_BEGAN = '1992-01-01';
const MOST_OFFICERS = 6;
const MOST_DAYS_UNTIL_FILED = 14;

/** Appoints an officer, which is not told yet. */
export function appoint(household: Household, scene: Scene, appointedOn: Day): Belonging {
  const { random } = scene;
  const { profile } = household.life;
  const id = newId(random, 27);
  const role = drawRole(random, profile.type);
  const data = {
    ...(role.startsWith('corporate') ? inventBody(scene) : inventOfficer(scene, role)),
    officer_role: role,
    ...beginning(appointedOn),
    address: inventServiceAddress(scene, profile.jurisdiction),
    links: {
      self: `/company/${household.life.companyNumber}/appointments/${id}`,
      officer: { appointments: `/officers/${newId(random, 27)}/appointments` },
    },
  };
  const place = { stream: 'officers', kind: 'company-officers', path: `appointments/${id}`, id } as const;
  const officer = belong(household, place, data);
  household.officers.push(officer);
  return officer;
}

/** Something happens to the officers of a company: the event of the officer, and its filing. */
export function stirOfficers(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const serving = inForce(household.officers);
  const officer = serving[int(random, serving.length)];
  if (officer === undefined || (serving.length < MOST_OFFICERS && chance(random, 0.4))) {
    const sometime = addDays(today, -int(random, MOST_DAYS_UNTIL_FILED));
    const on = laterOf(sometime, household.life.profile.date_of_creation);
    const newcomer = appoint(household, scene, on);
    return [tell(newcomer), announce(household, scene, { event: 'appointment', officer: newcomer, on })];
  }
  if (chance(random, 0.5)) {
    officer.isOver = true;
    const resigned = change(officer, { resigned_on: today });
    return [resigned, announce(household, scene, { event: 'termination', officer, on: today })];
  }
  const moved = change(officer, {
    address: inventServiceAddress(scene, household.life.profile.jurisdiction),
  });
  return [moved, announce(household, scene, { event: 'particulars', officer, on: today })];
}

interface Announcement {
  readonly event: keyof OfficeForms;
  readonly officer: Belonging;
  readonly on: Day;
}

const DAY_NAMES = {
  appointment: 'appointment_date',
  termination: 'termination_date',
  particulars: 'change_date',
} as const;

function announce(household: Household, scene: Scene, { event, officer, on }: Announcement): Telling {
  const { officer_role: role, name: officer_name } = officer.data;
  const form = OFFICE_FORMS[String(role)]?.[event];
  if (form === undefined) throw new RangeError(`there is no form for the office ${role}`);
  return file(household, scene, {
    ...form,
    action_date: on,
    values: { officer_name, [DAY_NAMES[event]]: on },
  });
}

/** Of appointments before the register began it knows no more than that they had. */
function beginning(appointedOn: Day): Readonly<Record<string, unknown>> {
  return appointedOn < REGISTER_OF_OFFICERS_BEGAN
    ? { appointed_before: REGISTER_OF_OFFICERS_BEGAN, is_pre_1992_appointment: true }
    : { appointed_on: appointedOn };
}

function inventOfficer(scene: Scene, role: string): Readonly<Record<string, unknown>> {
  const { forename, surname } = inventPersonName(scene);
  const name = `${surname.toUpperCase()}, ${forename}`;
  // Of a secretary the register tells the name alone.
  if (role === 'secretary') return { name };
  const formerly = chance(scene.random, 0.02)
    ? { former_names: [{ forenames: forename, surname: 'Whitlock' }] }
    : {};
  const duties = role === 'managing-officer' ? { responsibilities: 'Land & buildings' } : {};
  return {
    name,
    ...inventPerson(scene),
    occupation: pick(scene.random, OCCUPATIONS),
    ...formerly,
    ...duties,
  };
}

function inventBody(scene: Scene): Readonly<Record<string, unknown>> {
  const identification = {
    identification_type: 'uk-limited-company',
    registration_number: inventRegistrationNumber(scene),
  };
  return { name: `${pick(scene.random, scene.words.surnames)} Services Limited`, identification };
}

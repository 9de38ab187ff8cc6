import { chance, int, pick } from '../../random.ts';
import { inventServiceAddress } from '../addresses.ts';
import { addDays, type Day, laterOf } from '../calendar.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import {
  type CompanyRecords,
  createCompanyResource,
  inForce,
  type RegisterResource,
} from './company-records.ts';
import { fileForm } from './filings.ts';
import { newId } from './ids.ts';
import { drawRole, OFFICE_FORMS, type OfficeForms } from './offices.ts';
import { inventPerson, inventPersonName, inventRegistrationNumber } from './people.ts';
import { change, emitCurrent } from './resource-events.ts';

const OCCUPATIONS = ['Director', 'Company Director', 'Engineer', 'Consultant', 'Baker', 'Plumber'] as const;
const REGISTER_OF_OFFICERS_BEGAN = '1992-01-01';
const MOST_OFFICERS = 6;
const MOST_DAYS_UNTIL_FILED = 14;

/** Adds an officer to the records of a company. The caller emits it. */
export function addOfficer(
  records: CompanyRecords,
  context: GenerationContext,
  appointedOn: Day,
): RegisterResource {
  const { random } = context;
  const { profile } = records.company;
  const id = newId(random, 27);
  const role = drawRole(random, profile.type);
  const data = {
    ...(role.startsWith('corporate') ? inventBody(context) : inventOfficer(context, role)),
    officer_role: role,
    ...appointmentOf(appointedOn),
    address: inventServiceAddress(context, profile.jurisdiction),
    links: {
      self: `/company/${records.company.companyNumber}/appointments/${id}`,
      officer: { appointments: `/officers/${newId(random, 27)}/appointments` },
    },
  };
  const place = { stream: 'officers', kind: 'company-officers', path: `appointments/${id}`, id } as const;
  const officer = createCompanyResource(records, place, data);
  records.officers.push(officer);
  return officer;
}

/** Appoints an officer, ends an appointment or changes an address. Emits the officer and the filing. */
export function changeOfficers(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random, today } = context;
  const serving = inForce(records.officers);
  const officer = serving[int(random, serving.length)];
  if (officer === undefined || (serving.length < MOST_OFFICERS && chance(random, 0.4))) {
    const drawnDay = addDays(today, -int(random, MOST_DAYS_UNTIL_FILED));
    const on = laterOf(drawnDay, records.company.profile.date_of_creation);
    const appointed = addOfficer(records, context, on);
    return [
      emitCurrent(appointed),
      fileOfficerForm(records, context, { event: 'appointment', officer: appointed, on }),
    ];
  }
  if (chance(random, 0.5)) {
    officer.isOver = true;
    const resigned = change(officer, { resigned_on: today });
    return [resigned, fileOfficerForm(records, context, { event: 'termination', officer, on: today })];
  }
  const moved = change(officer, {
    address: inventServiceAddress(context, records.company.profile.jurisdiction),
  });
  return [moved, fileOfficerForm(records, context, { event: 'particulars', officer, on: today })];
}

interface OfficerChange {
  readonly event: keyof OfficeForms;
  readonly officer: RegisterResource;
  readonly on: Day;
}

const DAY_NAMES = {
  appointment: 'appointment_date',
  termination: 'termination_date',
  particulars: 'change_date',
} as const;

function fileOfficerForm(
  records: CompanyRecords,
  context: GenerationContext,
  { event, officer, on }: OfficerChange,
): ResourceEvent {
  const { officer_role: role, name: officer_name } = officer.data;
  const form = OFFICE_FORMS[String(role)]?.[event];
  if (form === undefined) throw new RangeError(`there is no form for the office ${role}`);
  return fileForm(records, context, {
    ...form,
    action_date: on,
    values: { officer_name, [DAY_NAMES[event]]: on },
  });
}

/** The members of the appointment day. The register has no exact day for an appointment before 1992. */
function appointmentOf(appointedOn: Day): Readonly<Record<string, unknown>> {
  return appointedOn < REGISTER_OF_OFFICERS_BEGAN
    ? { appointed_before: REGISTER_OF_OFFICERS_BEGAN, is_pre_1992_appointment: true }
    : { appointed_on: appointedOn };
}

function inventOfficer(context: GenerationContext, role: string): Readonly<Record<string, unknown>> {
  const { forename, surname } = inventPersonName(context);
  const name = `${surname.toUpperCase()}, ${forename}`;
  // The register has only the name of a secretary.
  if (role === 'secretary') return { name };
  const formerly = chance(context.random, 0.02)
    ? { former_names: [{ forenames: forename, surname: 'Whitlock' }] }
    : {};
  const duties = role === 'managing-officer' ? { responsibilities: 'Land & buildings' } : {};
  return {
    name,
    ...inventPerson(context),
    occupation: pick(context.random, OCCUPATIONS),
    ...formerly,
    ...duties,
  };
}

function inventBody(context: GenerationContext): Readonly<Record<string, unknown>> {
  const identification = {
    identification_type: 'uk-limited-company',
    registration_number: inventRegistrationNumber(context),
  };
  return { name: `${pick(context.random, context.words.surnames)} Services Limited`, identification };
}

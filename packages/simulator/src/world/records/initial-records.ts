import { chance, int } from '../../random.ts';
import { addDays, type Day, daysBetween } from '../calendar.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import { FOREIGN, OVERSEAS } from '../registration.ts';
import type { CompanyRecords, RegisterResource } from './company-records.ts';
import { addController } from './controllers.ts';
import { fileForm } from './filings.ts';
import { FORMS, type Form } from './forms.ts';
import { addOfficer } from './officers.ts';
import { addLink } from './profile-updates.ts';
import { emitCurrent } from './resource-events.ts';
import { addStatement } from './statements.ts';

/**
 * Creates the officers and the controllers of a company at its first event. A new company emits all of them and
 * files its incorporation. An old company emits most of them only when they change.
 */
export function createInitialRecords(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random, today } = context;
  const { date_of_creation: createdOn, type } = records.company.profile;
  const officers = Array.from({ length: chance(random, 0.6) ? 1 : 2 }, () =>
    addOfficer(records, context, appointmentDay(createdOn, context)),
  );
  const controllers = type === FOREIGN ? [] : [addControl(records, context, createdOn)];
  const members = [...officers, ...controllers];
  if (createdOn !== today) return chance(random, 0.25) ? members.map(emitCurrent) : [];
  return [
    ...members.map(emitCurrent),
    fileForm(records, context, REGISTRATIONS[type] ?? FORMS.incorporation),
  ];
}

const REGISTRATIONS: Readonly<Record<string, Form>> = {
  [OVERSEAS]: FORMS.overseasRegistration,
  [FOREIGN]: FORMS.foreignRegistration,
};

/** Draws the day of an appointment. Half of the officers are appointed when the company is created. */
function appointmentDay(createdOn: Day, { random, today }: GenerationContext): Day {
  const age = daysBetween(createdOn, today);
  return chance(random, 0.5) ? createdOn : addDays(createdOn, int(random, age + 1));
}

function addControl(records: CompanyRecords, context: GenerationContext, since: Day): RegisterResource {
  if (chance(context.random, 0.94)) return addController(records, context, since);
  const { company } = records;
  const links = addLink(records, 'persons_with_significant_control_statements');
  company.profile = { ...company.profile, links };
  return addStatement(records, context, since);
}

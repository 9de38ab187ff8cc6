import { chance, int } from '../../random.ts';
import { type Day, laterOf } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import { FOREIGN, OVERSEAS } from '../registration.ts';
import {
  type CompanyRecords,
  createCompanyResource,
  inForce,
  type RegisterResource,
} from './company-records.ts';
import { describeController, drawControllerKind, inventNatures } from './controller-kinds.ts';
import { fileForm } from './filings.ts';
import { FORMS, type Form } from './forms.ts';
import { newId } from './ids.ts';
import { change, emitCurrent } from './resource-events.ts';
import { fileStatement, withdrawStatements } from './statements.ts';

/** The day on which the register of persons with significant control opened. */
const REGISTER_OPENED = '2016-04-06';
const MOST_CONTROLLERS = 4;

const isOverseas = ({ company }: CompanyRecords) => company.profile.type === OVERSEAS;

/** Adds a controller of a kind that the company can have. The caller emits it. */
export function addController(
  records: CompanyRecords,
  context: GenerationContext,
  since: Day,
): RegisterResource {
  const { random } = context;
  const drawn = drawControllerKind(random, isOverseas(records));
  const id = newId(random, 27);
  const notifiedOn = laterOf(since, REGISTER_OPENED);
  const data = {
    etag: newEtag(random),
    kind: drawn.kind,
    ...describeController(drawn, context, records.company.profile.jurisdiction),
    // The days of overseas entities have a time.
    notified_on: isOverseas(records) ? `${notifiedOn}T08:47:45.378Z` : notifiedOn,
  };
  const stream = 'persons-with-significant-control';
  const place = { stream, kind: drawn.resourceKind, path: `${stream}/${drawn.segment}/${id}`, id } as const;
  const controller = createCompanyResource(records, place, data);
  records.controllers.push(controller);
  return controller;
}

/** Notifies a controller, ends its control or changes its nature. */
export function changeControllers(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  // A foreign company does not notify its controllers.
  if (records.company.profile.type === FOREIGN) return [];
  const { random } = context;
  const acting = inForce(records.controllers);
  const controller = acting[int(random, acting.length)];
  if (controller === undefined) {
    const isStated = inForce(records.statements).length > 0;
    return !isStated && chance(random, 0.4)
      ? fileStatement(records, context)
      : notifyController(records, context);
  }
  if (chance(random, 0.35)) return ceaseController(records, context, controller);
  if (acting.length < MOST_CONTROLLERS && chance(random, 0.35)) return notifyController(records, context);
  return changeController(records, context, controller);
}

function notifyController(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const controller = addController(records, context, context.today);
  const form = fillForm(FORMS.notification, controller, { notification_date: context.today });
  return [...withdrawStatements(records, context), emitCurrent(controller), fileForm(records, context, form)];
}

function ceaseController(
  records: CompanyRecords,
  context: GenerationContext,
  controller: RegisterResource,
): ResourceEvent[] {
  const { random, today } = context;
  controller.isOver = true;
  const { description } = controller.data;
  const ceasedOn = isOverseas(records) ? `${today}T08:47:45` : today;
  const ceased = description === undefined ? { ceased_on: ceasedOn } : { ceased: true };
  return [
    change(controller, { ...ceased, etag: newEtag(random) }),
    fileForm(records, context, fillForm(FORMS.cessation, controller, { cessation_date: today })),
  ];
}

function changeController(
  records: CompanyRecords,
  context: GenerationContext,
  controller: RegisterResource,
): ResourceEvent[] {
  const { random, today } = context;
  const isSecret = controller.data.description !== undefined;
  const natures = isSecret ? {} : { natures_of_control: inventNatures(random, isOverseas(records)) };
  return [
    change(controller, { ...natures, etag: newEtag(random) }),
    fileForm(records, context, fillForm(FORMS.controllerParticulars, controller, { change_date: today })),
  ];
}

/** How far the number of the form for a corporate or legal body is above that for an individual: 01 to 02 and 03. */
const FORM_STEPS: Readonly<Record<string, number>> = { 'company-psc-corporate': 1, 'company-psc-legal': 2 };

function fillForm(
  form: Form,
  { identity, data }: RegisterResource,
  values: Readonly<Record<string, unknown>>,
) {
  const step = form === FORMS.cessation ? 0 : (FORM_STEPS[identity.resourceKind] ?? 0);
  const type = `PSC0${Number(form.type.slice(-1)) + step}`;
  return { ...form, type, values: data.name === undefined ? values : { psc_name: data.name, ...values } };
}

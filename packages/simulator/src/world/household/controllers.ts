import { chance, int } from '../../random.ts';
import { type Day, laterOf } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import { FOREIGN, OVERSEAS } from '../registration.ts';
import type { Scene } from '../scene.ts';
import { describeController, drawControllerKind, inventNatures } from './controller-kinds.ts';
import { file } from './filings.ts';
import { FORMS, type Form } from './forms.ts';
import { type Belonging, belong, type Household, inForce } from './household.ts';
import { newId } from './ids.ts';
import { fileStatement, withdrawStatements } from './statements.ts';
import { change, tell } from './tell.ts';

/** Before that day nobody was asked who controls a company. */
const REGISTER_OPENED = '2016-04-06';
const MOST_CONTROLLERS = 4;

const isOverseas = ({ life }: Household) => life.profile.type === OVERSEAS;

/** Notifies a controller of a kind that fits the company; not told yet. */
export function notify(household: Household, scene: Scene, since: Day): Belonging {
  const { random } = scene;
  const drawn = drawControllerKind(random, isOverseas(household));
  const id = newId(random, 27);
  const notifiedOn = laterOf(since, REGISTER_OPENED);
  const data = {
    etag: newEtag(random),
    kind: drawn.kind,
    ...describeController(drawn, scene, household.life.profile.jurisdiction),
    // Of overseas entities days come with a time.
    notified_on: isOverseas(household) ? `${notifiedOn}T08:47:45.378Z` : notifiedOn,
  };
  const stream = 'persons-with-significant-control';
  const place = { stream, kind: drawn.resourceKind, path: `${stream}/${drawn.segment}/${id}`, id } as const;
  const controller = belong(household, place, data);
  household.controllers.push(controller);
  return controller;
}

/** Something happens to those who control a company: they come, go, or control in another way. */
export function stirControllers(household: Household, scene: Scene): Telling[] {
  // Nobody asks who controls a foreign company.
  if (household.life.profile.type === FOREIGN) return [];
  const { random } = scene;
  const acting = inForce(household.controllers);
  const controller = acting[int(random, acting.length)];
  if (controller === undefined) {
    const isStated = inForce(household.statements).length > 0;
    return !isStated && chance(random, 0.4) ? fileStatement(household, scene) : comeIn(household, scene);
  }
  if (chance(random, 0.35)) return cease(household, scene, controller);
  if (acting.length < MOST_CONTROLLERS && chance(random, 0.35)) return comeIn(household, scene);
  return adjust(household, scene, controller);
}

function comeIn(household: Household, scene: Scene): Telling[] {
  const controller = notify(household, scene, scene.today);
  const paper = fill(FORMS.notification, controller, { notification_date: scene.today });
  return [...withdrawStatements(household, scene), tell(controller), file(household, scene, paper)];
}

function cease(household: Household, scene: Scene, controller: Belonging): Telling[] {
  const { random, today } = scene;
  controller.isOver = true;
  const { description } = controller.data;
  const ceasedOn = isOverseas(household) ? `${today}T08:47:45` : today;
  const ceased = description === undefined ? { ceased_on: ceasedOn } : { ceased: true };
  return [
    change(controller, { ...ceased, etag: newEtag(random) }),
    file(household, scene, fill(FORMS.cessation, controller, { cessation_date: today })),
  ];
}

function adjust(household: Household, scene: Scene, controller: Belonging): Telling[] {
  const { random, today } = scene;
  const isSecret = controller.data.description !== undefined;
  const natures = isSecret ? {} : { natures_of_control: inventNatures(random, isOverseas(household)) };
  return [
    change(controller, { ...natures, etag: newEtag(random) }),
    file(household, scene, fill(FORMS.controllerParticulars, controller, { change_date: today })),
  ];
}

/** The forms for bodies have numbers of their own: 02 and 03 beside 01, 05 and 06 beside 04. */
const BODIES: Readonly<Record<string, number>> = { 'company-psc-corporate': 1, 'company-psc-legal': 2 };

function fill(form: Form, { resource, data }: Belonging, values: Readonly<Record<string, unknown>>) {
  const step = form === FORMS.cessation ? 0 : (BODIES[resource.resourceKind] ?? 0);
  const type = `PSC0${Number(form.type.slice(-1)) + step}`;
  return { ...form, type, values: data.name === undefined ? values : { psc_name: data.name, ...values } };
}

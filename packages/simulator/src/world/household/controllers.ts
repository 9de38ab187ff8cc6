import { chance, createLottery, int, pick } from '../../random.ts';
import { inventAddress } from '../addresses.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { FORMS, file } from './filings.ts';
import { belong, type Household } from './household.ts';
import { newId } from './ids.ts';
import { inventOfficerName, inventPerson } from './officers.ts';
import { change, tell } from './tell.ts';

/** A kind of controller: the publisher's words for it in the envelope, the URI and the document. */
interface Kind {
  readonly resourceKind: string;
  readonly segment: string;
  readonly kind: string;
}

const kind = (resourceKind: string, segment: string, name: string): Kind => ({
  resourceKind,
  segment,
  kind: name,
});

const drawKind = createLottery<Kind>([
  [80, kind('company-psc-individual', 'individual', 'individual-person-with-significant-control')],
  [14, kind('company-psc-corporate', 'corporate-entity', 'corporate-entity-person-with-significant-control')],
  [3, kind('company-psc-legal', 'legal-person', 'legal-person-person-with-significant-control')],
  [2, kind('company-psc-supersecure', 'super-secure', 'super-secure-person-with-significant-control')],
  // A kind that the publisher has not mapped.
  [1, kind('', 'null', 'individual-person-with-significant-control')],
]);

const drawOwnerKind = createLottery<Kind>(
  (['individual', 'corporate-entity', 'legal-person', 'super-secure'] as const).map((name, index) => [
    [40, 25, 15, 20][index] ?? 1,
    kind(`${name}-beneficial-owner`, `${name}-beneficial-owner`, `${name}-beneficial-owner`),
  ]),
);

const NATURES = [
  'ownership-of-shares-25-to-50-percent',
  'ownership-of-shares-75-to-100-percent',
  'voting-rights-75-to-100-percent',
  'right-to-appoint-and-remove-directors',
] as const;

/** Notifies a controller of the kind that fits the company. */
export function notify(household: Household, scene: Scene, notifiedOn = scene.today): Telling {
  const { random } = scene;
  const isOverseas = household.life.companyNumber.startsWith('OE');
  const drawn = (isOverseas ? drawOwnerKind : drawKind)(random);
  const id = newId(random, 27);
  const data = {
    etag: newEtag(random),
    kind: drawn.kind,
    ...describe(drawn, scene, household.life.profile.jurisdiction),
    notified_on: isOverseas ? `${notifiedOn}T08:47:45.378Z` : notifiedOn,
  };
  const stream = 'persons-with-significant-control';
  const place = { stream, kind: drawn.resourceKind, path: `${stream}/${drawn.segment}/${id}`, id } as const;
  const controller = belong(household, place, data);
  household.controllers.push(controller);
  return tell(controller);
}

function describe(
  { segment, kind: name }: Kind,
  scene: Scene,
  jurisdiction: string,
): Readonly<Record<string, unknown>> {
  const { random, words } = scene;
  // Nothing but that there is one.
  if (segment.startsWith('super-secure')) {
    return {
      description: name.includes('owner') ? name : 'super-secure-persons-with-significant-control',
      ceased: '0',
    };
  }
  const common = { address: inventAddress(scene, jurisdiction), natures_of_control: [pick(random, NATURES)] };
  if (segment.startsWith('individual') || segment === 'null') {
    const [surname = '', forename = ''] = inventOfficerName(scene).split(', ');
    return {
      ...common,
      ...inventPerson(scene),
      name: `Mr ${forename} ${surname}`,
      name_elements: { title: 'Mr', forename, surname },
    };
  }
  const identification = {
    country_registered: 'United Kingdom',
    legal_authority: 'Companies Act 2006',
    legal_form: 'Limited Company',
    place_registered: 'Companies House',
    registration_number: String(10_000_000 + int(random, 80_000_000)),
  };
  return { ...common, name: `${pick(random, words.surnames)} Limited`, identification };
}

/** States that nobody controls the company, or that it is not known who does. */
export function state(household: Household, scene: Scene): Telling {
  const { random, today } = scene;
  const id = newId(random, 27);
  const data = {
    etag: newEtag(random),
    kind: 'persons-with-significant-control-statement',
    // The publisher's spelling.
    statement: pick(random, [
      'no-individual-or-entity-with-signficant-control',
      'psc-exists-but-not-identified',
      'steps-to-find-psc-not-yet-completed',
    ]),
    notified_on: today,
  };
  const stream = 'persons-with-significant-control-statements';
  const statement = belong(
    household,
    { stream, kind: 'persons-with-significant-control-statement', path: `${stream}/${id}`, id },
    data,
  );
  household.statements.push(statement);
  return tell(statement);
}

/** Something happens to those who control a company. */
export function stirControllers(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const statement = household.statements.find((candidate) => !candidate.isOver && !candidate.isDeleted);
  const acting = household.controllers.filter((controller) => !controller.isOver && !controller.isDeleted);
  const controller = acting[int(random, acting.length)];
  if (controller === undefined) {
    if (statement === undefined && chance(random, 0.3)) return [state(household, scene)];
    const ceased =
      statement === undefined ? [] : [change(statement, { ceased_on: today, etag: newEtag(random) })];
    if (statement !== undefined) statement.isOver = true;
    return [...ceased, notify(household, scene), file(household, scene, FORMS.notification)];
  }
  if (chance(random, 0.4)) {
    controller.isOver = true;
    const ceased = 'ceased' in controller.data ? { ceased: true } : { ceased_on: today };
    return [
      change(controller, { ...ceased, etag: newEtag(random) }),
      file(household, scene, FORMS.cessation),
    ];
  }
  if (acting.length < 4 && chance(random, 0.5))
    return [notify(household, scene), file(household, scene, FORMS.notification)];
  return [
    change(controller, {
      natures_of_control: [pick(random, NATURES), 'significant-influence-or-control'],
      etag: newEtag(random),
    }),
  ];
}

import { chance, createLottery, int, pick } from '../random.ts';
import { inventServiceAddress } from './addresses.ts';
import { addDays, addMonths } from './calendar.ts';
import { newEtag } from './etag.ts';
import type { Telling } from './event.ts';
import { type Belonging, type Document, keep } from './household/household.ts';
import { newId } from './household/ids.ts';
import { inventPersonName, inventRegistrationNumber } from './household/people.ts';
import { change, goBack, remove, tell } from './household/tell.ts';
import { inventName } from './names.ts';
import type { Scene } from './scene.ts';

const drawAct = createLottery<(officer: Belonging, scene: Scene) => Telling>([
  [20, tell],
  [15, goBack],
  [25, (officer, { random }) => change(officer, { etag: newEtag(random) })],
  [20, permit],
  [20, (officer, { random }) => remove(officer, random)],
]);

/** The officers who may not be directors: a register of its own, that belongs to no company. */
export function createDisqualifications(): (scene: Scene) => Telling {
  const known: Belonging[] = [];
  return (scene) => {
    const { random } = scene;
    const held = known[int(random, known.length)];
    if (held !== undefined && chance(random, 0.5)) return drawAct(random)(held, scene);
    const officer = disqualify(scene);
    known.push(officer);
    return tell(officer);
  };
}

function disqualify(scene: Scene): Belonging {
  const { random } = scene;
  const type = chance(random, 0.15) ? 'corporate' : 'natural';
  const resourceId = newId(random, 27);
  const resourceUri = `/disqualified-officers/${type}/${resourceId}`;
  return keep(
    {
      stream: 'disqualified-officers',
      resourceKind: `disqualified-officer-${type}`,
      resourceUri,
      resourceId,
      companyNumber: null,
    },
    {
      ...(type === 'corporate' ? describeBody(scene) : describePerson(scene)),
      etag: newEtag(random),
      kind: `${type}-disqualification`,
      disqualifications: Array.from({ length: chance(random, 0.9) ? 1 : 2 }, () => describeCase(scene)),
      links: { self: resourceUri },
    },
  );
}

function describePerson(scene: Scene): Document {
  const { title, forename, surname } = inventPersonName(scene);
  const date_of_birth = addMonths(scene.today, -12 * (25 + int(scene.random, 50)));
  return { title, forename, surname, nationality: 'British', date_of_birth };
}

function describeBody(scene: Scene): Document {
  return {
    name: inventName(scene, 'ltd'),
    company_number: inventRegistrationNumber(scene),
    country_of_registration: 'SCOTLAND',
    person_number: null,
  };
}

function describeCase(scene: Scene): Document {
  const { random, today } = scene;
  const from = addDays(today, 20);
  const how = chance(random, 0.7)
    ? { disqualification_type: 'undertaking', undertaken_on: today }
    : {
        disqualification_type: 'court-order',
        heard_on: today,
        undertaken_on: null,
        court_name: 'High Court',
      };
  return {
    ...how,
    address: inventServiceAddress(scene, 'england-wales'),
    case_identifier: `INV${1_000_000 + int(random, 9_000_000)}`,
    company_names: [inventName(scene, 'ltd')],
    disqualified_from: from,
    disqualified_until: addMonths(from, 12 * (2 + int(random, 13))),
    reason: {
      act: 'company-directors-disqualification-act-1986',
      section: '7',
      description_identifier: 'order-or-undertaking-and-reporting-provisions',
    },
  };
}

/** A court lets the officer act for a company all the same. */
function permit(officer: Belonging, scene: Scene): Telling {
  const { random, today } = scene;
  const permission = {
    company_names: [inventName(scene, 'ltd')],
    court_name: pick(random, ['High Court', 'Sheriff Court']),
    expires_on: addMonths(today, 12),
    granted_on: today,
    purpose: null,
  };
  return change(officer, { permissions_to_act: [permission], etag: newEtag(random) });
}

import { chance, createLottery, int, pick } from '../random.ts';
import { inventServiceAddress } from './addresses.ts';
import { addDays, addMonths } from './calendar.ts';
import { newEtag } from './etag.ts';
import type { ResourceEvent } from './event.ts';
import type { GenerationContext } from './generation-context.ts';
import { inventName } from './names.ts';
import { createResource, type Document, type RegisterResource } from './records/company-records.ts';
import { newId } from './records/ids.ts';
import { inventPersonName, inventRegistrationNumber } from './records/people.ts';
import { change, emitCurrent, remove, revert } from './records/resource-events.ts';

const drawAct = createLottery<(officer: RegisterResource, context: GenerationContext) => ResourceEvent>([
  [20, emitCurrent],
  [15, revert],
  [25, (officer, { random }) => change(officer, { etag: newEtag(random) })],
  [20, permit],
  [20, (officer, { random }) => remove(officer, random)],
]);

/** Generates the register of disqualified officers. Its entries belong to no company. */
export function createDisqualifications(): (context: GenerationContext) => ResourceEvent {
  const known: RegisterResource[] = [];
  return (context) => {
    const { random } = context;
    const held = known[int(random, known.length)];
    if (held !== undefined && chance(random, 0.5)) return drawAct(random)(held, context);
    const officer = disqualify(context);
    known.push(officer);
    return emitCurrent(officer);
  };
}

function disqualify(context: GenerationContext): RegisterResource {
  const { random } = context;
  const type = chance(random, 0.15) ? 'corporate' : 'natural';
  const resourceId = newId(random, 27);
  const resourceUri = `/disqualified-officers/${type}/${resourceId}`;
  return createResource(
    {
      stream: 'disqualified-officers',
      resourceKind: `disqualified-officer-${type}`,
      resourceUri,
      resourceId,
      companyNumber: null,
    },
    {
      ...(type === 'corporate' ? describeBody(context) : describePerson(context)),
      etag: newEtag(random),
      kind: `${type}-disqualification`,
      disqualifications: Array.from({ length: chance(random, 0.9) ? 1 : 2 }, () => describeCase(context)),
      links: { self: resourceUri },
    },
  );
}

function describePerson(context: GenerationContext): Document {
  const { title, forename, surname } = inventPersonName(context);
  const date_of_birth = addMonths(context.today, -12 * (25 + int(context.random, 50)));
  return { title, forename, surname, nationality: 'British', date_of_birth };
}

function describeBody(context: GenerationContext): Document {
  return {
    name: inventName(context, 'ltd'),
    company_number: inventRegistrationNumber(context),
    country_of_registration: 'SCOTLAND',
    person_number: null,
  };
}

function describeCase(context: GenerationContext): Document {
  const { random, today } = context;
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
    address: inventServiceAddress(context, 'england-wales'),
    case_identifier: `INV${1_000_000 + int(random, 9_000_000)}`,
    company_names: [inventName(context, 'ltd')],
    disqualified_from: from,
    disqualified_until: addMonths(from, 12 * (2 + int(random, 13))),
    reason: {
      act: 'company-directors-disqualification-act-1986',
      section: '7',
      description_identifier: 'order-or-undertaking-and-reporting-provisions',
    },
  };
}

/** A court permits the officer to act for a company in spite of the disqualification. */
function permit(officer: RegisterResource, context: GenerationContext): ResourceEvent {
  const { random, today } = context;
  const permission = {
    company_names: [inventName(context, 'ltd')],
    court_name: pick(random, ['High Court', 'Sheriff Court']),
    expires_on: addMonths(today, 12),
    granted_on: today,
    purpose: null,
  };
  return change(officer, { permissions_to_act: [permission], etag: newEtag(random) });
}

import { chance, int, pick } from '../../random.ts';
import { addDays, type Day, daysBetween, laterOf } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import {
  type CompanyRecords,
  createCompanyResource,
  type Document,
  inForce,
  type RegisterResource,
} from './company-records.ts';
import { fileForm } from './filings.ts';
import { FORMS } from './forms.ts';
import { newId } from './ids.ts';
import { addLink, updateProfile } from './profile-updates.ts';
import { change, emitCurrent } from './resource-events.ts';

const MOST_DAYS_UNTIL_DELIVERED = 21;

/** Creates a charge, satisfies one, or releases part of the property that one covers. */
export function changeCharges(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random } = context;
  const open = inForce(records.charges);
  const charge = open[int(random, open.length)] ?? addEarlierCharge(records, context);
  if (charge === undefined || chance(random, 0.4)) return createCharge(records, context);
  return chance(random, 0.3) ? releasePart(records, context, charge) : satisfy(records, context, charge);
}

function createCharge(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random, today } = context;
  const filing = fileForm(records, context, { ...FORMS.charge, values: { charge_creation_date: today } });
  const drawnDay = addDays(today, -int(random, MOST_DAYS_UNTIL_DELIVERED));
  const createdOn = laterOf(drawnDay, records.company.profile.date_of_creation);
  const charge = addCharge(records, context, { createdOn, deliveredOn: today, filing });
  const profileEvents = records.company.profile.has_charges
    ? []
    : updateProfile(records, context, { has_charges: true, links: addLink(records, 'charges') });
  const events = [emitCurrent(charge), filing];
  return chance(random, 0.5) ? [...profileEvents, ...events] : [...events, ...profileEvents];
}

/** Adds a charge from before the stream to an old company. Its first event is its first change. */
function addEarlierCharge(records: CompanyRecords, context: GenerationContext): RegisterResource | undefined {
  const { profile } = records.company;
  if (!profile.has_charges || records.charges.length > 0) return undefined;
  const age = daysBetween(profile.date_of_creation, context.today);
  const createdOn = addDays(profile.date_of_creation, int(context.random, age));
  return addCharge(records, context, { createdOn, deliveredOn: createdOn });
}

interface Creation {
  readonly createdOn: Day;
  readonly deliveredOn: Day;
  readonly filing?: ResourceEvent | undefined;
}

function addCharge(
  records: CompanyRecords,
  context: GenerationContext,
  { createdOn, deliveredOn, filing }: Creation,
): RegisterResource {
  const { random, words } = context;
  const id = newId(random, 27);
  const number = records.charges.length + 1;
  const data = {
    charge_code: `${records.company.companyNumber}${String(number).padStart(4, '0')}`,
    charge_number: number,
    etag: newEtag(random),
    classification: { type: 'charge-description', description: 'A registered charge' },
    status: 'outstanding',
    created_on: createdOn,
    delivered_on: deliveredOn,
    particulars: {
      type: 'brief-description',
      description: 'Invented particulars: fixed & floating charge over land and assets of the company.',
      contains_fixed_charge: true,
      contains_negative_pledge: chance(random, 0.5) ? true : undefined,
    },
    persons_entitled: Array.from({ length: 1 + int(random, 2) }, () => ({
      name: `${pick(random, words.surnames)} Bank PLC`,
    })),
    transactions: [transaction(context, 'create-charge-with-deed', { deliveredOn, filing })],
  };
  const place = { stream: 'charges', kind: 'company-charges', path: `charges/${id}`, id } as const;
  const charge = createCompanyResource(records, place, data);
  records.charges.push(charge);
  return charge;
}

function satisfy(
  records: CompanyRecords,
  context: GenerationContext,
  charge: RegisterResource,
): ResourceEvent[] {
  const filing = fileForm(records, context, { ...FORMS.satisfaction, values: numberOf(charge) });
  const members = { status: 'fully-satisfied', satisfied_on: context.today };
  const event = amend(context, charge, { members, filingType: 'charge-satisfaction', filing });
  charge.isOver = true;
  return [event, filing];
}

function releasePart(
  records: CompanyRecords,
  context: GenerationContext,
  charge: RegisterResource,
): ResourceEvent[] {
  const filing = fileForm(records, context, { ...FORMS.release, values: numberOf(charge) });
  // The publisher spells the field in two ways.
  const field = chance(context.random, 0.5) ? 'assests_ceased_released' : 'assets_ceased_released';
  const members = { [field]: 'part-property-released' };
  return [amend(context, charge, { members, filingType: 'release-part-property', filing }), filing];
}

interface Amendment {
  readonly members: Document;
  readonly filingType: string;
  readonly filing: ResourceEvent;
}

function amend(
  context: GenerationContext,
  charge: RegisterResource,
  { members, filingType, filing }: Amendment,
): ResourceEvent {
  const added = transaction(context, filingType, { deliveredOn: context.today, filing });
  const { transactions } = charge.data;
  return change(charge, {
    ...members,
    etag: newEtag(context.random),
    transactions: [...(Array.isArray(transactions) ? transactions : []), added],
  });
}

function transaction(
  { random }: GenerationContext,
  filing_type: string,
  { deliveredOn, filing }: Pick<Creation, 'deliveredOn' | 'filing'>,
): Document {
  return {
    delivered_on: deliveredOn,
    filing_type,
    ...(filing === undefined ? {} : { links: { filing: filing.resourceUri } }),
    // Rarely present, and a number if it is.
    ...(chance(random, 0.05) ? { transaction_id: 3_000_000_000 + int(random, 1_000_000) } : {}),
  };
}

const numberOf = ({ data: { charge_number } }: RegisterResource) => ({ charge_number });

import { chance, int, pick } from '../../random.ts';
import { addDays, type Day, daysBetween, laterOf } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { file } from './filings.ts';
import { FORMS } from './forms.ts';
import { type Belonging, belong, type Document, type Household, inForce } from './household.ts';
import { newId } from './ids.ts';
import { linkTo, show } from './show.ts';
import { change, tell } from './tell.ts';

const MOST_DAYS_UNTIL_DELIVERED = 21;

/** A charge is created, satisfied, or part of what it covers released. */
export function stirCharges(household: Household, scene: Scene): Telling[] {
  const { random } = scene;
  const open = inForce(household.charges);
  const charge = open[int(random, open.length)] ?? recall(household, scene);
  if (charge === undefined || chance(random, 0.4)) return create(household, scene);
  return chance(random, 0.3) ? release(household, scene, charge) : satisfy(household, scene, charge);
}

function create(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const filing = file(household, scene, { ...FORMS.charge, values: { charge_creation_date: today } });
  const sometime = addDays(today, -int(random, MOST_DAYS_UNTIL_DELIVERED));
  const createdOn = laterOf(sometime, household.life.profile.date_of_creation);
  const charge = describe(household, scene, { createdOn, deliveredOn: today, filing });
  const shown = household.life.profile.has_charges
    ? []
    : show(household, scene, { has_charges: true, links: linkTo(household, 'charges') });
  const told = [tell(charge), filing];
  return chance(random, 0.5) ? [...shown, ...told] : [...told, ...shown];
}

/** A charge of an old company that was there before the stream: told of for the first time when it changes. */
function recall(household: Household, scene: Scene): Belonging | undefined {
  const { profile } = household.life;
  if (!profile.has_charges || household.charges.length > 0) return undefined;
  const age = daysBetween(profile.date_of_creation, scene.today);
  const createdOn = addDays(profile.date_of_creation, int(scene.random, age));
  return describe(household, scene, { createdOn, deliveredOn: createdOn });
}

interface Creation {
  readonly createdOn: Day;
  readonly deliveredOn: Day;
  readonly filing?: Telling | undefined;
}

function describe(
  household: Household,
  scene: Scene,
  { createdOn, deliveredOn, filing }: Creation,
): Belonging {
  const { random, words } = scene;
  const id = newId(random, 27);
  const number = household.charges.length + 1;
  const data = {
    charge_code: `${household.life.companyNumber}${String(number).padStart(4, '0')}`,
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
    transactions: [transaction(scene, 'create-charge-with-deed', { deliveredOn, filing })],
  };
  const place = { stream: 'charges', kind: 'company-charges', path: `charges/${id}`, id } as const;
  const charge = belong(household, place, data);
  household.charges.push(charge);
  return charge;
}

function satisfy(household: Household, scene: Scene, charge: Belonging): Telling[] {
  const filing = file(household, scene, { ...FORMS.satisfaction, values: numberOf(charge) });
  const members = { status: 'fully-satisfied', satisfied_on: scene.today };
  const told = amend(scene, charge, { members, filingType: 'charge-satisfaction', filing });
  charge.isOver = true;
  return [told, filing];
}

function release(household: Household, scene: Scene, charge: Belonging): Telling[] {
  const filing = file(household, scene, { ...FORMS.release, values: numberOf(charge) });
  // The publisher spells the field in two ways.
  const field = chance(scene.random, 0.5) ? 'assests_ceased_released' : 'assets_ceased_released';
  const members = { [field]: 'part-property-released' };
  return [amend(scene, charge, { members, filingType: 'release-part-property', filing }), filing];
}

interface Amendment {
  readonly members: Document;
  readonly filingType: string;
  readonly filing: Telling;
}

function amend(scene: Scene, charge: Belonging, { members, filingType, filing }: Amendment): Telling {
  const added = transaction(scene, filingType, { deliveredOn: scene.today, filing });
  const { transactions } = charge.data;
  return change(charge, {
    ...members,
    etag: newEtag(scene.random),
    transactions: [...(Array.isArray(transactions) ? transactions : []), added],
  });
}

function transaction(
  { random }: Scene,
  filing_type: string,
  { deliveredOn, filing }: Pick<Creation, 'deliveredOn' | 'filing'>,
): Document {
  return {
    delivered_on: deliveredOn,
    filing_type,
    ...(filing === undefined ? {} : { links: { filing: filing.resourceUri } }),
    // Now and then, and then as a number.
    ...(chance(random, 0.05) ? { transaction_id: 3_000_000_000 + int(random, 1_000_000) } : {}),
  };
}

const numberOf = ({ data: { charge_number } }: Belonging) => ({ charge_number });

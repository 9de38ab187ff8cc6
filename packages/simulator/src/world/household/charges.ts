import { chance, int, pick } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { FORMS, file } from './filings.ts';
import { belong, type Household } from './household.ts';
import { newId } from './ids.ts';
import { change, tell } from './tell.ts';

/** A charge is created, satisfied, or part of what it covers released. */
export function stirCharges(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const open = household.charges.filter((charge) => !charge.isOver && !charge.isDeleted);
  const charge = open[int(random, open.length)];
  if (charge === undefined || chance(random, 0.4))
    return [create(household, scene), file(household, scene, FORMS.charge)];
  if (chance(random, 0.3)) {
    // The publisher spells the field in two ways.
    const field = chance(random, 0.5) ? 'assests_ceased_released' : 'assets_ceased_released';
    return [change(charge, { [field]: 'part-property-released', etag: newEtag(random) })];
  }
  charge.isOver = true;
  const satisfied = { status: 'fully-satisfied', satisfied_on: today, etag: newEtag(random) };
  return [change(charge, satisfied), file(household, scene, FORMS.satisfaction)];
}

function create(household: Household, scene: Scene): Telling {
  const { random, words, today } = scene;
  const { companyNumber } = household.life;
  const id = newId(random, 27);
  const number = household.charges.length + 1;
  const data = {
    charge_code: `${companyNumber}${String(number).padStart(4, '0')}`,
    charge_number: number,
    etag: newEtag(random),
    classification: { type: 'charge-description', description: 'A registered charge' },
    status: 'outstanding',
    created_on: today,
    delivered_on: today,
    particulars: {
      type: 'brief-description',
      description: 'Invented particulars: land and buildings.',
      contains_fixed_charge: true,
      contains_negative_pledge: chance(random, 0.5) ? true : undefined,
    },
    persons_entitled: Array.from({ length: 1 + int(random, 2) }, () => ({
      name: `${pick(random, words.surnames)} Bank PLC`,
    })),
    transactions: [{ delivered_on: today, filing_type: 'create-charge-with-deed' }],
  };
  const charge = belong(
    household,
    { stream: 'charges', kind: 'company-charges', path: `charges/${id}`, id },
    data,
  );
  household.charges.push(charge);
  return tell(charge);
}

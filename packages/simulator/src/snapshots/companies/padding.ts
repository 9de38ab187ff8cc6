import { chance, createLottery, createRandom, int, type Random } from '../../random.ts';
import type { Words } from '../../world/words.ts';
import type { Counts, Listing } from './listed-company.ts';
import { createPaddingCalendar, type PaddingCalendar } from './padding-calendar.ts';
import { createPaddingDetails, type PaddingDetails } from './padding-details.ts';
import { createPaddingDuties, type PaddingDuties } from './padding-duties.ts';
import { createPaddingNumbers, type PaddingNumber } from './padding-numbers.ts';

/** Companies that no stream publishes, each computed from its index alone. */
export type Padding = (index: number) => Listing;

// Spreads consecutive indexes over all seeds.
const SEED_STRIDE = 0x9e3779b1;
const NO_COUNTS: Counts = {
  charges: 0,
  outstanding: 0,
  partSatisfied: 0,
  satisfied: 0,
  generalPartners: 0,
  limitedPartners: 0,
};

const drawStatus = createLottery<readonly [status: string, detail?: string]>([
  [9_000, ['active']],
  [500, ['active', 'active-proposal-to-strike-off']],
  [350, ['liquidation']],
  [60, ['administration']],
  [40, ['receivership']],
  [30, ['voluntary-arrangement']],
  [20, ['insolvency-proceedings']],
]);

/** Creates the padding. The same seed and words give the same companies. */
export function createPadding(seed: number, words: Words): Padding {
  const calendar = createPaddingCalendar();
  const details = createPaddingDetails(words, calendar);
  const duties = createPaddingDuties(calendar);
  const numberOf = createPaddingNumbers(seed);
  return (index) => {
    const random = createRandom(seedOf(seed, index));
    return inventCompany(numberOf(index), { random, calendar, details, duties });
  };
}

/** The seed of the company at an index. */
export function seedOf(seed: number, index: number): number {
  return Math.imul(index + 1, SEED_STRIDE) ^ seed;
}

interface Invention {
  readonly random: Random;
  readonly calendar: PaddingCalendar;
  readonly details: PaddingDetails;
  readonly duties: PaddingDuties;
}

function inventCompany({ companyNumber, kind }: PaddingNumber, invention: Invention): Listing {
  const { random, calendar, details, duties } = invention;
  const { register, type, subtype, ending, isTerse } = kind;
  const [company_status, company_status_detail] = drawStatus(random);
  const created = details.birthday(random);
  const name = details.name(random);
  const hasCharges = chance(random, 0.08);
  const company = {
    accounts: isTerse ? undefined : duties.accounts(random, created),
    annual_return: isTerse ? undefined : duties.annualReturn(created),
    company_name: `${name} ${ending}`,
    company_number: companyNumber,
    company_status,
    company_status_detail,
    confirmation_statement: duties.confirmationStatement(created),
    date_of_creation: calendar.day(created),
    foreign_company_details: register.prefix === 'FC' ? details.origin(random) : undefined,
    has_charges: hasCharges ? true : undefined,
    jurisdiction: register.jurisdiction,
    previous_company_names: details.previousNames(random, created, ending),
    registered_office_address: isTerse ? undefined : details.address(random),
    sic_codes: isTerse ? undefined : details.business(random),
    subtype,
    type,
  };
  return { company, counts: countsOf(random, hasCharges, type) };
}

function countsOf(random: Random, hasCharges: boolean, type: string): Counts {
  if (type === 'limited-partnership')
    return { ...NO_COUNTS, generalPartners: 1 + int(random, 2), limitedPartners: 1 + int(random, 40) };
  if (!hasCharges) return NO_COUNTS;
  const charges = 1 + int(random, 6);
  const outstanding = int(random, charges + 1);
  const partSatisfied = int(random, 2) * Math.min(1, charges - outstanding);
  const satisfied = charges - outstanding - partSatisfied;
  return { ...NO_COUNTS, charges, outstanding, partSatisfied, satisfied };
}

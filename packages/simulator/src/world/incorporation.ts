import { chance, int, pick, type Random } from '../random.ts';
import { accountsFiledBy, statementMadeBy } from './accounts.ts';
import { inventAddress } from './addresses.ts';
import { addDays, addMonths, laterOf } from './calendar.ts';
import { newEtag } from './etag.ts';
import type { GenerationContext } from './generation-context.ts';
import { inventName } from './names.ts';
import type { CompanyProfile, ForeignDetails, Links } from './profile.ts';
import { FOREIGN, OVERSEAS, type Registration } from './registration.ts';

const SIC_CODES = [
  '01110',
  '09900',
  '35110',
  '42990',
  '43210',
  '47190',
  '62020',
  '64209',
  '68100',
  '74201',
  '99999',
];
const COUNTRIES = ['CHANNEL ISLANDS', 'MONGOLIA', 'NORWAY', 'UNITED STATES'];
/** The day on which the register of overseas entities opened. */
export const OVERSEAS_REGISTER_OPENED = '2022-08-01';
const OLDEST_COMPANY_DAYS = 40 * 365;
// Many companies have accounts or a statement to file that are not overdue yet.
const MOST_MONTHS_BEHIND = 18;

/** Makes the profile of a company at its first event. It was incorporated today or up to 40 years ago. */
export function incorporate(context: GenerationContext, registration: Registration): CompanyProfile {
  const { random, today } = context;
  const { companyNumber, type, subtype, jurisdiction } = registration;
  const age = chance(random, 0.5) ? 0 : int(random, OLDEST_COMPANY_DAYS);
  const drawnDay = addDays(today, -age);
  const createdOn = type === OVERSEAS ? laterOf(drawnDay, OVERSEAS_REGISTER_OPENED) : drawnDay;
  // An old company can have a charge from before the stream. A charge of a new one is published when it is created.
  const hasCharges = createdOn < today && chance(random, 0.1);
  return {
    accounts: accountsFiledBy(random, createdOn, addMonths(today, -int(random, MOST_MONTHS_BEHIND))),
    can_file: true,
    company_name: inventName(context, subtype ?? type),
    company_number: companyNumber,
    company_status: 'active',
    company_status_detail: undefined,
    confirmation_statement: statementMadeBy(createdOn, addMonths(today, -int(random, MOST_MONTHS_BEHIND))),
    date_of_cessation: undefined,
    date_of_creation: createdOn,
    etag: newEtag(random),
    foreign_company_details: type === FOREIGN ? inventOrigin(context) : undefined,
    has_charges: hasCharges ? true : undefined,
    has_insolvency_history: undefined,
    is_community_interest_company: subtype === undefined ? undefined : true,
    jurisdiction,
    last_full_members_list_date: createdOn < '2016-06-30' ? `2016${createdOn.slice(4)}` : undefined,
    links: linksOf(companyNumber, hasCharges),
    previous_company_names: undefined,
    registered_office_address: inventAddress(context, jurisdiction),
    registered_office_is_in_dispute: chance(random, 0.02) ? true : undefined,
    // A foreign company has no SIC codes.
    sic_codes: type === FOREIGN ? undefined : sicCodes(random),
    subtype,
    type,
  };
}

function linksOf(companyNumber: string, hasCharges: boolean): Links {
  const self = `/company/${companyNumber}`;
  return {
    charges: hasCharges ? `${self}/charges` : undefined,
    exemptions: undefined,
    filing_history: `${self}/filing-history`,
    insolvency: undefined,
    officers: `${self}/officers`,
    persons_with_significant_control: `${self}/persons-with-significant-control`,
    persons_with_significant_control_statements: undefined,
    self,
  };
}

function inventOrigin({ random, words }: GenerationContext): ForeignDetails {
  return {
    governed_by: `Companies Act of ${pick(random, words.towns)}`,
    legal_form: pick(random, ['Private Company Limited By Shares', 'Corporation']),
    originating_registry: { country: pick(random, COUNTRIES), name: `${pick(random, words.towns)} Registry` },
    registration_number: String(1_000 + int(random, 900_000)),
  };
}

function sicCodes(random: Random): string[] {
  const count = chance(random, 0.8) ? 1 : 1 + int(random, 4);
  return [...new Set(Array.from({ length: count }, () => pick(random, SIC_CODES)))].toSorted();
}

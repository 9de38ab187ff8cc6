import { toApiDay } from '@timepoint/shared/contract/calendar-day';
import { PREVIOUS_NAME_PLACES, placeOf, SIC_CODE_PLACES } from './company-columns.ts';
import {
  ACCOUNT_TYPES,
  COMMUNITY_INTEREST_COMPANY,
  COMPANY_STATUS_DETAILS,
  COMPANY_STATUSES,
  COMPANY_TYPES,
  COUNTRIES,
  NO_ACCOUNTS,
} from './company-words.ts';

const AT = {
  name: placeOf('CompanyName'),
  careOf: placeOf('RegAddress.CareOf'),
  poBox: placeOf('RegAddress.POBox'),
  addressLine1: placeOf('RegAddress.AddressLine1'),
  addressLine2: placeOf('RegAddress.AddressLine2'),
  postTown: placeOf('RegAddress.PostTown'),
  county: placeOf('RegAddress.County'),
  country: placeOf('RegAddress.Country'),
  postCode: placeOf('RegAddress.PostCode'),
  category: placeOf('CompanyCategory'),
  status: placeOf('CompanyStatus'),
  origin: placeOf('CountryOfOrigin'),
  dissolution: placeOf('DissolutionDate'),
  incorporation: placeOf('IncorporationDate'),
  accountsDay: placeOf('Accounts.AccountRefDay'),
  accountsMonth: placeOf('Accounts.AccountRefMonth'),
  accountsDue: placeOf('Accounts.NextDueDate'),
  accountsMadeUp: placeOf('Accounts.LastMadeUpDate'),
  accountsCategory: placeOf('Accounts.AccountCategory'),
  returnDue: placeOf('Returns.NextDueDate'),
  returnMadeUp: placeOf('Returns.LastMadeUpDate'),
  charges: placeOf('Mortgages.NumMortCharges'),
  outstanding: placeOf('Mortgages.NumMortOutstanding'),
  partSatisfied: placeOf('Mortgages.NumMortPartSatisfied'),
  satisfied: placeOf('Mortgages.NumMortSatisfied'),
  generalPartners: placeOf('LimitedPartnerships.NumGenPartners'),
  limitedPartners: placeOf('LimitedPartnerships.NumLimPartners'),
  statementDue: placeOf('ConfStmtNextDueDate'),
  statementMadeUp: placeOf('ConfStmtLastMadeUpDate'),
};

type Fields = readonly string[];
type Members = Readonly<Record<string, unknown>>;

/**
 * Converts the values of a good record to a company profile in the shape of the API. Empty values are undefined, so
 * that JSON omits them. The members are in the order of jsonb, shorter names first, so that Postgres need not sort
 * them. The API has no `mortgages`, `limited_partnerships` and `country_of_origin`.
 */
export function companyProfile(fields: Fields, companyNumber: string): Members {
  const category = text(fields, AT.category);
  const status = text(fields, AT.status);
  const isCommunityInterest = category === COMMUNITY_INTEREST_COMPANY;
  return {
    type: isCommunityInterest ? undefined : translate(COMPANY_TYPES, category),
    subtype: isCommunityInterest ? 'community-interest-company' : undefined,
    accounts: accounts(fields),
    mortgages: unlessAllZero({
      charges: count(fields, AT.charges),
      outstanding: count(fields, AT.outstanding),
      part_satisfied: count(fields, AT.partSatisfied),
      satisfied: count(fields, AT.satisfied),
    }),
    sic_codes: sicCodes(fields),
    has_charges: Number(fields[AT.charges]) > 0 || undefined,
    company_name: text(fields, AT.name),
    annual_return: statement(fields, AT.returnDue, AT.returnMadeUp),
    company_number: companyNumber,
    company_status: translate(COMPANY_STATUSES, status),
    date_of_creation: day(fields, AT.incorporation),
    country_of_origin: text(fields, AT.origin),
    date_of_cessation: day(fields, AT.dissolution),
    limited_partnerships: unlessAllZero({
      general_partners: count(fields, AT.generalPartners),
      limited_partners: count(fields, AT.limitedPartners),
    }),
    company_status_detail: status === undefined ? undefined : COMPANY_STATUS_DETAILS.get(status),
    confirmation_statement: statement(fields, AT.statementDue, AT.statementMadeUp),
    previous_company_names: previousNames(fields),
    registered_office_address: office(fields),
  };
}

function office(fields: Fields): Members | undefined {
  return unlessEmpty({
    po_box: text(fields, AT.poBox),
    region: text(fields, AT.county),
    care_of: text(fields, AT.careOf),
    country: translate(COUNTRIES, text(fields, AT.country)),
    locality: text(fields, AT.postTown),
    postal_code: text(fields, AT.postCode),
    address_line_1: text(fields, AT.addressLine1),
    address_line_2: text(fields, AT.addressLine2),
  });
}

function accounts(fields: Fields): Members | undefined {
  return unlessEmpty({
    next_due: day(fields, AT.accountsDue),
    last_accounts: unlessEmpty({
      type: accountType(text(fields, AT.accountsCategory)),
      made_up_to: day(fields, AT.accountsMadeUp),
    }),
    accounting_reference_date: unlessEmpty({
      day: text(fields, AT.accountsDay)?.padStart(2, '0'),
      month: text(fields, AT.accountsMonth)?.padStart(2, '0'),
    }),
  });
}

function accountType(category: string | undefined): string | undefined {
  return category === NO_ACCOUNTS ? undefined : translate(ACCOUNT_TYPES, category);
}

function statement(fields: Fields, due: number, madeUp: number): Members | undefined {
  return unlessEmpty({ next_due: day(fields, due), last_made_up_to: day(fields, madeUp) });
}

/** `01110 - Growing of cereals` is the code `01110`. It is text, as leading zeros count. */
function sicCodes(fields: Fields): string[] | undefined {
  const codes: string[] = [];
  for (const place of SIC_CODE_PLACES) {
    const entry = text(fields, place);
    if (entry === undefined || entry === 'None Supplied') continue;
    const end = entry.indexOf(' - ');
    codes.push(end < 0 ? entry : entry.slice(0, end));
  }
  return codes.length > 0 ? codes : undefined;
}

function previousNames(fields: Fields): Members[] | undefined {
  const names: Members[] = [];
  for (const place of PREVIOUS_NAME_PLACES) {
    const ceasedOn = day(fields, place);
    const name = text(fields, place + 1);
    if (ceasedOn !== undefined || name !== undefined) names.push({ ceased_on: ceasedOn, name });
  }
  return names.length > 0 ? names : undefined;
}

function text(fields: Fields, place: number): string | undefined {
  return fields[place] || undefined;
}

function day(fields: Fields, place: number): string | undefined {
  const value = fields[place];
  return value ? toApiDay(value) : undefined;
}

/** Parses a number. Other text stays text, as the publisher does not guarantee numbers. */
function count(fields: Fields, place: number): number | string | undefined {
  const value = fields[place];
  if (!value) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function translate(words: ReadonlyMap<string, string>, word: string | undefined): string | undefined {
  return word === undefined ? undefined : (words.get(word) ?? word);
}

function unlessEmpty(members: Members): Members | undefined {
  for (const name in members) if (members[name] !== undefined) return members;
  return undefined;
}

function unlessAllZero(counts: Members): Members | undefined {
  for (const name in counts) if (counts[name] !== undefined && counts[name] !== 0) return counts;
  return undefined;
}

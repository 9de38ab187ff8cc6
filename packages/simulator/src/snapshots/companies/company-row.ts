import { MOST_PREVIOUS_NAMES, MOST_SIC_CODES } from './columns.ts';
import type { WriteDay } from './file-day.ts';
import type { Counts, ListedAccounts, ListedAddress, ListedName, Listing } from './listed-company.ts';
import { sicTextOf } from './sic-texts.ts';
import { accountCategoryOf, categoryOf, statusOf } from './words.ts';

/** Makes the fields of a row, one for each column. Quotes in them are doubled. */
export function toFields({ company, counts }: Listing, writeDay: WriteDay): string[] {
  const { annual_return: annual, confirmation_statement: yearly } = company;
  const fields = [doubled(company.company_name), company.company_number];
  addAddress(fields, company.registered_office_address);
  fields.push(categoryOf(company), statusOf(company), originOf(company));
  // The file has no dissolved companies.
  fields.push('', writeDay(company.date_of_creation));
  addAccounts(fields, company.accounts, writeDay);
  fields.push(writeDay(annual?.next_due), writeDay(annual?.last_made_up_to));
  addCharges(fields, counts);
  addBusiness(fields, company.sic_codes);
  fields.push(String(counts.generalPartners), String(counts.limitedPartners));
  fields.push(`http://business.data.gov.uk/id/company/${company.company_number}`);
  addNames(fields, company.previous_company_names, writeDay);
  fields.push(writeDay(yearly?.next_due), writeDay(yearly?.last_made_up_to));
  return fields;
}

/** Adds an address. The house number is part of the first line in this file. */
function addAddress(fields: string[], address: ListedAddress | undefined): void {
  fields.push(
    capitals(address?.care_of),
    capitals(address?.po_box),
    capitals(address?.address_line_1),
    capitals(address?.address_line_2),
    capitals(address?.locality),
    capitals(address?.region),
    capitals(address?.country),
    capitals(address?.postal_code),
  );
}

function originOf({ foreign_company_details: details }: Listing['company']): string {
  return details === undefined ? 'United Kingdom' : doubled(details.originating_registry.country);
}

/** Adds the accounts. The day and the month of the reference date have no leading zero. */
function addAccounts(fields: string[], accounts: ListedAccounts | undefined, writeDay: WriteDay): void {
  if (accounts === undefined) {
    fields.push('', '', '', '', accountCategoryOf('null'));
    return;
  }
  const { accounting_reference_date: reference, last_accounts: last, next_due } = accounts;
  fields.push(String(Number(reference.day)), String(Number(reference.month)));
  fields.push(writeDay(next_due), writeDay(last.made_up_to), accountCategoryOf(last.type));
}

function addCharges(fields: string[], { charges, outstanding, partSatisfied, satisfied }: Counts): void {
  fields.push(String(charges), String(outstanding), String(partSatisfied), String(satisfied));
}

function addBusiness(fields: string[], codes: readonly string[] = []): void {
  fields.push(codes[0] === undefined ? 'None Supplied' : sicTextOf(codes[0]));
  for (let place = 1; place < MOST_SIC_CODES; place += 1) {
    const code = codes[place];
    fields.push(code === undefined ? '' : sicTextOf(code));
  }
}

function addNames(fields: string[], names: readonly ListedName[] = [], writeDay: WriteDay): void {
  for (let place = 0; place < MOST_PREVIOUS_NAMES; place += 1) {
    const previous = names[place];
    fields.push(writeDay(previous?.ceased_on), previous === undefined ? '' : doubled(previous.name));
  }
}

/** Formats a text of an address in capitals, as the file does. */
function capitals(text: string | undefined): string {
  return text === undefined ? '' : doubled(text.toUpperCase());
}

function doubled(text: string): string {
  return text.includes('"') ? text.replaceAll('"', '""') : text;
}

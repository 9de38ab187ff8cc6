import { address } from './address.ts';
import { fields, flag, list, text, textOrNumber, word } from './values.ts';
import {
  ACCOUNT_TYPE,
  COMPANY_STATUS,
  COMPANY_STATUS_DETAIL,
  COMPANY_SUBTYPE,
  COMPANY_TYPE,
  FILE_CATEGORY,
  FILE_STATUS,
  JURISDICTION,
} from './vocabularies.ts';

const dayOfYear = fields({ day: textOrNumber, month: textOrNumber });

const accounts = fields({
  accounting_reference_date: dayOfYear,
  last_accounts: fields({
    made_up_to: text,
    period_end_on: text,
    period_start_on: text,
    type: word(ACCOUNT_TYPE),
  }),
  next_accounts: fields({ due_on: text, overdue: flag, period_end_on: text, period_start_on: text }),
  next_due: text,
  next_made_up_to: text,
  overdue: flag,
});

const statement = fields({ last_made_up_to: text, next_due: text, next_made_up_to: text, overdue: flag });

const foreignDetails = fields({
  accounting_requirement: fields({
    foreign_account_type: word([
      'accounting-requirements-of-originating-country-apply',
      'accounting-requirements-of-originating-country-do-not-apply',
    ]),
    terms_of_account_publication: word([
      'accounts-publication-date-supplied-by-company',
      'accounting-publication-date-does-not-need-to-be-supplied-by-company',
      'accounting-reference-date-allocated-by-companies-house',
    ]),
  }),
  accounts: fields({
    account_period_from: dayOfYear,
    account_period_to: dayOfYear,
    must_file_within: fields({ months: textOrNumber }),
  }),
  business_activity: text,
  company_type: text,
  governed_by: text,
  // The first name is the documented one. The second is the one that the publisher's server sends.
  is_a_credit_finance_institution: flag,
  is_a_credit_financial_institution: flag,
  legal_form: text,
  originating_registry: fields({ country: text, name: text }),
  registration_number: textOrNumber,
});

const links = fields({
  charges: text,
  exemptions: text,
  filing_history: text,
  insolvency: text,
  officers: text,
  overseas: text,
  persons_with_significant_control: text,
  persons_with_significant_control_statements: text,
  registers: text,
  self: text,
  uk_establishments: text,
});

const PROFILE = {
  accounts,
  annual_return: statement,
  branch_company_details: fields({
    business_activity: text,
    parent_company_name: text,
    parent_company_number: text,
  }),
  can_file: flag,
  company_name: text,
  company_number: text,
  company_status: word(COMPANY_STATUS),
  company_status_detail: word(COMPANY_STATUS_DETAIL),
  confirmation_statement: statement,
  corporate_annotation: list(fields({ created_on: text, description: text, type: text })),
  date_of_cessation: text,
  date_of_creation: text,
  etag: text,
  external_registration_number: textOrNumber,
  foreign_company_details: foreignDetails,
  has_been_liquidated: flag,
  has_charges: flag,
  has_insolvency_history: flag,
  has_super_secure_pscs: flag,
  is_community_interest_company: flag,
  jurisdiction: word(JURISDICTION),
  last_full_members_list_date: text,
  links,
  partial_data_available: word([
    'full-data-available-from-financial-conduct-authority',
    'full-data-available-from-department-of-the-economy',
    'full-data-available-from-the-company',
    'full-data-available-from-financial-conduct-authority-mutuals-public-register',
  ]),
  previous_company_names: list(fields({ ceased_on: text, effective_from: text, name: text })),
  registered_office_address: address,
  registered_office_is_in_dispute: flag,
  service_address: address,
  sic_codes: list(text),
  // The same as company_status, in older documents.
  status: word(COMPANY_STATUS),
  subtype: word(COMPANY_SUBTYPE),
  super_secure_managing_officer_count: textOrNumber,
  // How long a limited partnership lasts.
  term: word(['by-agreement', 'until-dissolution', 'none']),
  type: word(COMPANY_TYPE),
  undeliverable_registered_office_address: flag,
};

/** A company's profile. A parent company of which nothing else is known has only `links`. */
export const company = fields(PROFILE);

const counts = (...names: string[]) => fields(Object.fromEntries(names.map((name) => [name, textOrNumber])));

/** The profile that is made from a line of the file of companies. It has fields and words that the stream never has. */
export const companyOfFile = fields({
  ...PROFILE,
  company_status: word([...COMPANY_STATUS, ...FILE_STATUS]),
  country_of_origin: text,
  limited_partnerships: counts('general_partners', 'limited_partners'),
  mortgages: counts('charges', 'outstanding', 'part_satisfied', 'satisfied'),
  type: word([...COMPANY_TYPE, ...FILE_CATEGORY]),
});

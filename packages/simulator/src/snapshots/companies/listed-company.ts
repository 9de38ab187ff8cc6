import type { Day } from '../../world/calendar.ts';

/** The members of a profile that the file shows. Profiles of the world and of the padding have them. */
export interface ListedCompany {
  readonly company_name: string;
  readonly company_number: string;
  readonly company_status: string;
  readonly company_status_detail?: string | undefined;
  readonly date_of_creation: Day;
  readonly type: string;
  readonly subtype?: string | undefined;
  readonly jurisdiction: string;
  readonly registered_office_address?: ListedAddress | undefined;
  readonly accounts?: ListedAccounts | undefined;
  readonly annual_return?: Due | undefined;
  readonly confirmation_statement?: Due | undefined;
  readonly foreign_company_details?:
    | { readonly originating_registry: { readonly country: string; readonly name: string } }
    | undefined;
  readonly previous_company_names?: readonly ListedName[] | undefined;
  readonly sic_codes?: readonly string[] | undefined;
  readonly has_charges?: boolean | undefined;
}

export interface ListedAddress {
  readonly care_of?: string | undefined;
  readonly po_box?: string | undefined;
  readonly address_line_1?: string | undefined;
  readonly address_line_2?: string | undefined;
  readonly locality?: string | undefined;
  readonly region?: string | undefined;
  readonly country?: string | undefined;
  readonly postal_code?: string | undefined;
}

export interface ListedAccounts {
  readonly accounting_reference_date: { readonly day: string | number; readonly month: string };
  readonly last_accounts: { readonly made_up_to?: Day | undefined; readonly type?: string | undefined };
  readonly next_due?: Day | undefined;
}

export interface ListedName {
  readonly name: string;
  readonly effective_from?: Day | undefined;
  readonly ceased_on: Day;
}

interface Due {
  readonly last_made_up_to?: Day | undefined;
  readonly next_due?: Day | undefined;
}

/** The counts of a row that are not part of the profile. */
export interface Counts {
  readonly charges: number;
  readonly outstanding: number;
  readonly partSatisfied: number;
  readonly satisfied: number;
  readonly generalPartners: number;
  readonly limitedPartners: number;
}

/** A company of the file with its counts. */
export interface Listing {
  readonly company: ListedCompany;
  readonly counts: Counts;
}

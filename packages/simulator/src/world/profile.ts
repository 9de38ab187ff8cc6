import type { Day } from './calendar.ts';

/** `data` of an event of the stream companies. The document lacks a member that is `undefined`. */
export interface CompanyProfile {
  readonly accounts: Accounts;
  readonly can_file: boolean;
  readonly company_name: string;
  readonly company_number: string;
  readonly company_status: CompanyStatus;
  readonly company_status_detail: 'active-proposal-to-strike-off' | undefined;
  readonly confirmation_statement: ConfirmationStatement;
  readonly date_of_cessation: Day | undefined;
  readonly date_of_creation: Day;
  readonly etag: string;
  readonly foreign_company_details: ForeignDetails | undefined;
  readonly has_charges: true | undefined;
  readonly has_insolvency_history: true | undefined;
  readonly is_community_interest_company: true | undefined;
  readonly jurisdiction: string;
  readonly last_full_members_list_date: Day | undefined;
  readonly links: Links;
  readonly previous_company_names: readonly PreviousName[] | undefined;
  readonly registered_office_address: Address;
  readonly registered_office_is_in_dispute: true | undefined;
  readonly sic_codes: readonly string[] | undefined;
  readonly subtype: 'community-interest-company' | undefined;
  readonly type: string;
}

/** The statuses of a company in insolvency proceedings. */
export const INSOLVENCY_STATUSES = [
  'liquidation',
  'administration',
  'receivership',
  'voluntary-arrangement',
  'insolvency-proceedings',
] as const;

export type InsolvencyStatus = (typeof INSOLVENCY_STATUSES)[number];

/** The statuses of simulated companies. */
export type CompanyStatus = 'active' | 'dissolved' | InsolvencyStatus;

/** Whether a status is that of a company in insolvency proceedings. */
export function isInsolvent(status: string): status is InsolvencyStatus {
  return (INSOLVENCY_STATUSES as readonly string[]).includes(status);
}

/** The origin of a foreign company. */
export interface ForeignDetails {
  readonly governed_by: string;
  readonly legal_form: string;
  readonly originating_registry: { readonly country: string; readonly name: string };
  readonly registration_number: string;
}

export interface Accounts {
  readonly accounting_reference_date: { readonly day: string | number; readonly month: string };
  readonly last_accounts: LastAccounts;
  readonly next_accounts: AccountingPeriod | undefined;
  readonly next_due: Day | undefined;
  readonly next_made_up_to: Day | undefined;
  readonly overdue: true | undefined;
}

export interface LastAccounts {
  readonly made_up_to: Day | undefined;
  readonly period_end_on: Day | undefined;
  readonly period_start_on: Day | undefined;
  readonly type: string;
}

export interface AccountingPeriod {
  readonly due_on: Day;
  readonly overdue: true | undefined;
  readonly period_end_on: Day;
  readonly period_start_on: Day;
}

export interface ConfirmationStatement {
  readonly last_made_up_to: Day | undefined;
  readonly next_due: Day | undefined;
  readonly next_made_up_to: Day | undefined;
  readonly overdue: true | undefined;
}

export interface Links {
  readonly charges: string | undefined;
  readonly exemptions: string | undefined;
  readonly filing_history: string;
  readonly insolvency: string | undefined;
  readonly officers: string;
  readonly persons_with_significant_control: string;
  readonly persons_with_significant_control_statements: string | undefined;
  readonly self: string;
}

export interface PreviousName {
  readonly ceased_on: Day;
  readonly effective_from: Day;
  readonly name: string;
}

export interface Address {
  readonly address_line_1: string;
  readonly address_line_2: string | undefined;
  readonly country: string | undefined;
  readonly locality: string;
  readonly po_box: string | undefined;
  readonly postal_code: string;
  readonly region: string | undefined;
}

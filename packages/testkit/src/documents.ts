import { parseLine, type StreamEvent } from '@timepoint/shared/contract/envelope';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { CONTROLLER_DOCUMENTS } from './controller-documents.ts';
import { ADDRESS, COMPANY, IDENTIFICATION, PERSON } from './document-parts.ts';

const filingOf = (data: object) => ({
  transaction_id: 'MzAwMDAwMDAwMQ',
  category: 'accounts',
  type: 'AA',
  date: '2026-02-01',
  description: 'accounts-with-accounts-type-micro-entity',
  description_values: { made_up_date: '2025-12-31' },
  links: {
    self: `${COMPANY}/filing-history/MzAwMDAwMDAwMQ`,
    document_metadata: 'https://document.example/1',
  },
  pages: 5,
  ...data,
});

/** For tests: invented documents of every shape that a stream is known to send, quirks included. */
export const TEST_DOCUMENTS: Readonly<Record<StreamName, readonly Readonly<Record<string, unknown>>[]>> = {
  companies: [
    // A stub of a kind that has no status.
    { company_name: 'TREGARTH GUILD', company_number: 'RS000001', links: { self: '/company/RS000001' } },
    {
      company_name: 'TREGARTH TIDAL LP',
      company_number: 'LP000001',
      partial_data_available: 'full-data-available-from-financial-conduct-authority-mutuals-public-register',
      term: 'until-dissolution',
      type: 'limited-partnership',
    },
    {
      accounts: {
        accounting_reference_date: { day: '31', month: 12 },
        last_accounts: { made_up_to: '2024-12-31', period_start_on: '2024-01-01', type: 'null' },
        next_accounts: { due_on: '2026-09-30', overdue: false, period_end_on: '2025-12-31' },
        next_due: '2026-09-30',
        next_made_up_to: '2025-12-31',
        overdue: false,
      },
      can_file: true,
      company_name: 'TREGARTH TIDAL C.I.C.',
      company_number: '09876543',
      company_status: 'active',
      company_status_detail: 'active-proposal-to-strike-off',
      confirmation_statement: { last_made_up_to: '2025-05-01', next_due: '2026-05-15' },
      date_of_creation: '2015-05-01',
      etag: 'e1',
      has_super_secure_pscs: false,
      jurisdiction: 'england-wales',
      links: { self: COMPANY, filing_history: `${COMPANY}/filing-history`, uk_establishments: 'x' },
      previous_company_names: [
        { name: 'TIDAL ONE LTD', effective_from: '2015-05-01', ceased_on: '2016-01-01' },
      ],
      registered_office_address: ADDRESS,
      sic_codes: ['01110'],
      subtype: 'community-interest-company',
      type: 'private-limited-guarant-nsc',
    },
    {
      company_name: 'TREGARTH TIDAL PTY',
      company_status: 'registered',
      corporate_annotation: [{ created_on: '2020-01-01', description: 'A note.', type: 'other' }],
      external_registration_number: 'X1',
      foreign_company_details: {
        accounting_requirement: {
          foreign_account_type: 'accounting-requirements-of-originating-country-apply',
          terms_of_account_publication: 'accounts-publication-date-supplied-by-company',
        },
        accounts: {
          account_period_from: { day: 1, month: '7' },
          account_period_to: { day: '30', month: 6 },
          must_file_within: { months: 12 },
        },
        is_a_credit_finance_institution: false,
        originating_registry: { country: 'AUSTRALIA', name: 'ASIC' },
      },
      service_address: ADDRESS,
      super_secure_managing_officer_count: 1,
      type: 'registered-overseas-entity',
    },
    {
      branch_company_details: { business_activity: 'Tides', parent_company_number: 'FC012345' },
      type: 'uk-establishment',
    },
    { links: { self: '/company/FC012345' } },
  ],
  filings: [
    filingOf({
      associated_filings: [{ action_date: 1767139200000, category: 'capital', data: {}, type: 'SH01' }],
    }),
    filingOf({ action_date: '2025-12-31', barcode: 'X1', paper_filed: true }),
    filingOf({
      transaction_id: 3000000001,
      pages: '5',
      subcategory: ['articles', 'capital'],
      annotations: [
        { annotation: 'Clarification', category: 'annotation', date: '2026-02-02', type: 'ANNOTATION' },
      ],
      associated_filings: [
        {
          action_date: '2026-01-31',
          date: '2026-02-01',
          description: 'statement-of-capital',
          description_values: { capital: [{ currency: 'GBP', figure: '100' }], date: '2026-01-31' },
          type: 'SH01',
        },
      ],
      resolutions: [{ category: 'resolution', document_id: 7, receive_date: '2026-02-01', subcategory: 'x' }],
    }),
  ],
  officers: [
    {
      ...PERSON,
      contribution_currency_type: 'GBP',
      contribution_currency_value: '10.00',
      contribution_sub_types: [{ sub_type: 'money' }],
      etag: 'e1',
      identification: {
        ...IDENTIFICATION,
        identification_type: 'limited-partnership-corporate-partner',
        register_location: 'England',
      },
      is_pre_1992_appointment: false,
      links: { self: `${COMPANY}/appointments/dEf` },
      name: 'TIDAL PARTNERS LTD',
      officer_role: 'corporate-general-partner-in-a-limited-partnership',
      person_number: '123456780001',
    },
    {
      ...PERSON,
      appointed_on: '2020-01-01',
      former_names: [{ forenames: 'Wren', surname: 'LORIMER' }],
      links: { self: `${COMPANY}/appointments/aBc`, officer: { appointments: '/officers/xYz/appointments' } },
      name: 'TREGARTH, Bryn',
      occupation: 'Pilot',
      officer_role: 'director',
      person_number: null,
      resigned_on: '2026-01-01',
    },
    {
      appointed_before: '1992-05-01',
      is_pre_1992_appointment: 'true',
      name: 'LORIMER, Wren',
      officer_role: 'secretary',
    },
    {
      contact_details: { contact_name: 'Wren Lorimer' },
      identification: { ...IDENTIFICATION, identification_type: 'uk-limited-company' },
      officer_role: 'corporate-managing-officer',
      principal_office_address: ADDRESS,
      responsibilities: 'Tides',
    },
  ],
  charges: [
    {
      charge_code: '098765430001',
      charge_number: 1,
      classification: { description: 'A registered charge', type: 'charge-description' },
      created_on: '2020-10-02',
      links: { self: `${COMPANY}/charges/aBc` },
      particulars: { contains_fixed_charge: true, description: 'Boats.', type: 'brief-description' },
      persons_entitled: [{ name: 'Lorimer Bank' }],
      secured_details: { description: 'All monies', type: 'amount-secured' },
      status: 'outstanding',
      transactions: [{ delivered_on: '2020-10-07', filing_type: 'create-charge', links: { filing: 'x' } }],
    },
    {
      assests_ceased_released: 'part-property-released',
      charge_number: '2',
      classification: [{ description: 'Standard security', type: 'nature-of-charge' }],
      insolvency_cases: [
        { case_number: 1, links: { case: `${COMPANY}/insolvency#case-1` }, transaction_id: 7 },
      ],
      scottish_alterations: [{ has_alterations_to_order: true, has_restricting_provisions: false }],
      status: 'part-satisfied',
      transactions: [{ insolvency_case_number: '1', transaction_id: 3000000001 }],
    },
    { assets_ceased_released: 'multiple-filings', status: 'fully-satisfied' },
  ],
  'insolvency-cases': [
    {
      cases: [
        {
          dates: [{ date: '2026-01-01', type: 'wound-up-on' }],
          links: { charge: `${COMPANY}/charges/aBc` },
          notes: ['A note.'],
          number: '1',
          practitioners: [
            { address: ADDRESS, appointed_on: '2026-01-01', name: 'W Lorimer', role: 'practitioner' },
          ],
          type: 'creditors-voluntary-liquidation',
        },
        { number: 2, practitioners: [{ address: [ADDRESS] }], type: 'moratorium' },
      ],
      etag: 'e1',
      status: ['liquidation'],
    },
    { cases: [], status: 'liquidation' },
  ],
  'disqualified-officers': [
    {
      date_of_birth: '1961-03-04',
      disqualifications: [
        {
          address: { ...ADDRESS, premise: '30' },
          case_identifier: 'INV1',
          company_names: ['TIDAL ONE LTD'],
          disqualification_type: 'undertaking',
          disqualified_from: '2026-01-01',
          last_variation: [{ case_identifier: 1, court_name: 'Assize', varied_on: '2026-02-01' }],
          reason: { act: 'company-directors-disqualification-act-1986', section: '7' },
          undertaken_on: null,
        },
      ],
      forename: 'Bryn',
      kind: 'natural-disqualification',
      links: { self: '/disqualified-officers/natural/xYz' },
      surname: 'Tregarth',
    },
    {
      company_number: '01234567',
      country_of_registration: 'WALES',
      disqualifications: [
        { disqualification_type: 'court-order', last_variation: { varied_on: '2026-02-01' } },
      ],
      kind: 'corporate-disqualification',
      name: 'Lorimer Limited',
      permissions_to_act: [{ company_names: ['TIDAL ONE LTD'], granted_on: '2026-01-01', purpose: null }],
    },
  ],
  ...CONTROLLER_DOCUMENTS,
};

/** For tests: the event of a document, as {@link parseLine} reads it from a line. */
export function eventOf(data: unknown, timepoint = 101, type: StreamEvent['type'] = 'changed'): StreamEvent {
  const event = { timepoint, published_at: '2026-03-02T10:15:30', type };
  const parsed = parseLine(
    JSON.stringify({ resource_kind: 'a-kind', resource_uri: COMPANY, resource_id: 'x', data, event }),
  );
  if (!parsed.isEvent) throw new Error(parsed.broken.detail);
  return parsed.event;
}

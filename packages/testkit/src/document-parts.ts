/** For tests: an invented address. */
export const ADDRESS = {
  address_line_1: '4 Tidewater Row',
  address_line_2: 'Lower Wharf',
  care_of: 'The Harbour Master',
  country: 'Wales',
  locality: 'Penhallow',
  po_box: '12',
  postal_code: 'ZZ4 4ZZ',
  premises: 'Unit 3',
  region: 'Tidewatershire',
};
/** For tests: the URI of the company that all documents belong to. */
export const COMPANY = '/company/09876543';
/** For tests: the fields that the documents of an invented person share. */
export const PERSON = {
  address: ADDRESS,
  country_of_residence: 'Wales',
  date_of_birth: { month: 3, year: '1961' },
  identity_verification_details: {
    anti_money_laundering_supervisory_bodies: ['Guild of Pilots'],
    appointment_verification_start_on: '2025-11-18',
    appointment_verification_statement_due_on: '2026-11-18',
    preferred_name: 'Bryn Tregarth',
  },
  nationality: 'Welsh,British',
};
/** For tests: the registration of a corporate person. */
export const IDENTIFICATION = {
  legal_authority: 'Companies Act 2006',
  legal_form: 'Limited Company',
  place_registered: 'Companies House',
  registration_number: '01234567',
};

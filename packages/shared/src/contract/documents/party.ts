import { address } from './address.ts';
import { fields, list, text, textOrNumber, word } from './values.ts';
import { IDENTIFICATION_TYPE } from './vocabularies.ts';

// The date of birth: month and year, and for a few persons the day.
const dateOfBirth = fields({ day: textOrNumber, month: textOrNumber, year: textOrNumber });

// The registration of a legal person.
const identification = fields({
  country_registered: text,
  identification_type: word(IDENTIFICATION_TYPE),
  legal_authority: text,
  legal_form: text,
  place_registered: text,
  register_location: text,
  registration_number: textOrNumber,
});

// How the identity of a person is verified, and until when.
const identityVerification = fields({
  anti_money_laundering_supervisory_bodies: list(text),
  appointment_verification_end_on: text,
  appointment_verification_start_on: text,
  appointment_verification_statement_date: text,
  appointment_verification_statement_due_on: text,
  authorised_corporate_service_provider_name: text,
  identity_verified_on: text,
  preferred_name: text,
});

/** The fields that officers and persons with significant control have in common. */
export const PARTY = {
  address,
  country_of_residence: text,
  date_of_birth: dateOfBirth,
  etag: text,
  identification,
  identity_verification_details: identityVerification,
  name: text,
  nationality: text,
  principal_office_address: address,
};

import { disqualificationAddress } from './address.ts';
import { fields, list, oneOrMany, text, textOrNumber, word } from './values.ts';

const disqualification = fields({
  address: disqualificationAddress,
  case_identifier: textOrNumber,
  company_names: list(text),
  court_name: text,
  disqualification_type: word(['court-order', 'undertaking']),
  disqualified_from: text,
  disqualified_until: text,
  heard_on: text,
  last_variation: oneOrMany(fields({ case_identifier: textOrNumber, court_name: text, varied_on: text })),
  reason: fields({
    act: text,
    article: textOrNumber,
    description_identifier: text,
    section: textOrNumber,
  }),
  undertaken_on: text,
});

const permission = fields({
  company_names: list(text),
  court_name: text,
  expires_on: text,
  granted_on: text,
  purpose: text,
});

const NATURAL = {
  date_of_birth: text,
  forename: text,
  honours: text,
  nationality: text,
  other_forenames: text,
  surname: text,
  title: text,
};

const CORPORATE = { company_number: text, country_of_registration: text, name: text };

/** An officer, natural or corporate, who is disqualified. */
export const disqualifiedOfficer = fields({
  ...NATURAL,
  ...CORPORATE,
  disqualifications: list(disqualification),
  etag: text,
  kind: word(['natural-disqualification', 'corporate-disqualification']),
  links: fields({ self: text }),
  permissions_to_act: list(permission),
  person_number: textOrNumber,
});

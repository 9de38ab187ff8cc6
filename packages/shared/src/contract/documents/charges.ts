import { fields, flag, list, oneOrMany, text, textOrNumber, word } from './values.ts';
import { ASSETS_CEASED_RELEASED, CHARGE_CLASSIFICATION, CHARGE_STATUS } from './vocabularies.ts';

const particulars = fields({
  chargor_acting_as_bare_trustee: flag,
  contains_fixed_charge: flag,
  contains_floating_charge: flag,
  contains_negative_pledge: flag,
  description: text,
  floating_charge_covers_all: flag,
  type: word([
    'short-particulars',
    'charged-property-description',
    'charged-property-or-undertaking-description',
    'brief-description',
  ]),
});

const scottishAlterations = fields({
  description: text,
  has_alterations_to_order: flag,
  has_alterations_to_prohibitions: flag,
  // The first name is the documented one. The second is the one in use.
  has_alterations_to_provisions: flag,
  has_restricting_provisions: flag,
  type: text,
});

const transaction = fields({
  delivered_on: text,
  filing_type: text,
  insolvency_case_number: textOrNumber,
  links: oneOrMany(fields({ filing: text, insolvency_case: text })),
  transaction_id: textOrNumber,
});

const insolvencyCase = fields({
  case_number: textOrNumber,
  links: oneOrMany(fields({ case: text })),
  transaction_id: textOrNumber,
});

/** A charge. Some details that are documented as a list are sent as a single object. */
export const charge = fields({
  acquired_on: text,
  // The publisher spells it in two ways.
  assests_ceased_released: word(ASSETS_CEASED_RELEASED),
  assets_ceased_released: word(ASSETS_CEASED_RELEASED),
  charge_code: text,
  charge_number: textOrNumber,
  classification: oneOrMany(fields({ description: text, type: word(CHARGE_CLASSIFICATION) })),
  covering_instrument_date: text,
  created_on: text,
  delivered_on: text,
  etag: text,
  id: text,
  insolvency_cases: list(insolvencyCase),
  links: oneOrMany(fields({ self: text })),
  more_than_four_persons_entitled: flag,
  particulars: oneOrMany(particulars),
  persons_entitled: list(fields({ name: text })),
  resolved_on: text,
  satisfied_on: text,
  scottish_alterations: oneOrMany(scottishAlterations),
  secured_details: oneOrMany(
    fields({ description: text, type: word(['amount-secured', 'obligations-secured']) }),
  ),
  status: word(CHARGE_STATUS),
  transactions: list(transaction),
});

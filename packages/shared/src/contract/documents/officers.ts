import { PARTY } from './party.ts';
import { fields, flagOrText, list, text, textOrNumber, word } from './values.ts';
import { OFFICER_ROLE } from './vocabularies.ts';

/** An appointment. One from before 1992 may have `appointed_before` instead of `appointed_on`. */
export const officer = fields({
  ...PARTY,
  appointed_before: text,
  appointed_on: text,
  contribution_currency_type: text,
  contribution_currency_value: textOrNumber,
  contribution_sub_types: list(fields({ sub_type: text })),
  contact_details: fields({ contact_name: text }),
  former_names: list(fields({ forenames: text, surname: text })),
  is_pre_1992_appointment: flagOrText,
  links: fields({ officer: fields({ appointments: text }), self: text }),
  occupation: text,
  officer_role: word(OFFICER_ROLE),
  person_number: textOrNumber,
  resigned_on: text,
  responsibilities: text,
});

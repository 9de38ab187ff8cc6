import { PARTY } from './party.ts';
import { fields, flag, flagOrText, list, text, word } from './values.ts';
import { CONTROLLER_KIND } from './vocabularies.ts';

const nameElements = fields({
  forename: text,
  honours: text,
  middle_name: text,
  other_forenames: text,
  surname: text,
  title: text,
});

/**
 * A person with significant control or a beneficial owner, of any of the eight kinds. All kinds share one document, and
 * each has a part of its fields. A protected person has no name, but a `description`.
 */
export const controller = fields({
  ...PARTY,
  ceased: flagOrText,
  ceased_on: text,
  description: text,
  is_sanctioned: flag,
  kind: word(CONTROLLER_KIND),
  links: fields({ self: text, statement: text }),
  name_elements: nameElements,
  natures_of_control: list(text),
  notified_on: text,
  service_address_is_same_as_registered_office_address: flag,
});

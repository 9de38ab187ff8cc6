import { address } from './address.ts';
import { fields, list, oneOrMany, text, textOrNumber, word } from './values.ts';
import { INSOLVENCY_CASE_DATE_TYPE, INSOLVENCY_CASE_TYPE } from './vocabularies.ts';

const practitioner = fields({
  address: oneOrMany(address),
  appointed_on: text,
  ceased_to_act_on: text,
  name: text,
  role: text,
});

const insolvencyCase = fields({
  dates: list(fields({ date: text, type: word(INSOLVENCY_CASE_DATE_TYPE) })),
  links: fields({ charge: text }),
  notes: oneOrMany(text),
  number: textOrNumber,
  practitioners: list(practitioner),
  type: word(INSOLVENCY_CASE_TYPE),
});

/** All insolvency cases of a company. The status is a list in some documents and text in others. */
export const insolvency = fields({
  cases: list(insolvencyCase),
  etag: text,
  links: fields({ self: text }),
  status: oneOrMany(text),
});

import { fields, text } from './values.ts';

const LINES = {
  address_line_1: text,
  address_line_2: text,
  care_of: text,
  country: text,
  locality: text,
  po_box: text,
  postal_code: text,
  premises: text,
  region: text,
};

/** An address, of an office or of a person. */
export const address = fields(LINES);

/** An address of a disqualification. In some of them the house is `premise`. */
export const disqualificationAddress = fields({ ...LINES, premise: text });

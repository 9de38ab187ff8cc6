import { z } from 'zod';
import { fields, flag, list, map, oneOrMany, text, textOrNumber } from './values.ts';

const capital = fields({ currency: text, date: text, description: text, figure: textOrNumber });

// The values depend on the description, of which there are hundreds.
const descriptionValues = map(z.union([textOrNumber, list(capital)]));

const DESCRIBED = {
  action_date: text,
  category: text,
  date: text,
  description: text,
  description_values: descriptionValues,
  original_description: text,
  subcategory: oneOrMany(text),
  type: text,
};

/** An item of a company's filing history. */
export const filing = fields({
  ...DESCRIBED,
  annotations: list(fields({ ...DESCRIBED, annotation: text })),
  // The publisher sends the day as a number of milliseconds, and `data` as an empty object.
  associated_filings: list(fields({ ...DESCRIBED, action_date: textOrNumber, data: fields({}) })),
  barcode: text,
  links: fields({ document_metadata: text, self: text }),
  pages: textOrNumber,
  paper_filed: flag,
  resolutions: list(fields({ ...DESCRIBED, barcode: text, document_id: textOrNumber, receive_date: text })),
  transaction_id: textOrNumber,
});

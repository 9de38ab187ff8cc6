import { fields, text, word } from './values.ts';

/** The statement of a company that has no person with significant control to name. */
export const controllerStatement = fields({
  ceased_on: text,
  etag: text,
  kind: word(['persons-with-significant-control-statement']),
  linked_psc_name: text,
  links: fields({ person_with_significant_control: text, self: text }),
  notified_on: text,
  restrictions_notice_withdrawal_reason: text,
  statement: text,
});

// The kinds of value that documents are declared with. Declarations say what the publisher documents and what it
// is known to send instead; whatever differs is drift, which is reported and never refused.
import { z } from 'zod';

/** Text, which dates are as well: they come in several forms. */
export const text = z.string();

/** True or false. */
export const flag = z.boolean();

/** A number that comes as text in some documents, or text that comes as a number. */
export const textOrNumber = z.union([z.string(), z.number()]);

/** True or false that comes as `"0"`, `"1"` or a number in some documents. */
export const flagOrText = z.union([z.boolean(), z.string(), z.number()]);

/** One word of a vocabulary. */
export function word(words: readonly [string, ...string[]]) {
  return z.enum(words);
}

/** Any number of the same. */
export function list(item: z.ZodType) {
  return z.array(item);
}

/** What is documented as a list and comes as a single one, or the other way round. */
export function oneOrMany(item: z.ZodType) {
  return z.union([item, z.array(item)]);
}

/** Names that can't be listed, with values of the same kind. */
export function map(value: z.ZodType) {
  return z.record(z.string(), value);
}

/** Named fields, none of which is required; null is as good as missing. */
export function fields(shape: Readonly<Record<string, z.ZodType>>) {
  return z.strictObject(
    Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, value.nullish()])),
  );
}

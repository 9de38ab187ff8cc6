// The kinds of value with which documents are declared. A declaration has what the publisher documents and what it is
// known to send instead. Every other difference is schema drift, which is reported and never refused.
import { z } from 'zod';

/** Text. Dates are text too, because they come in several forms. */
export const text = z.string();

/** True or false. */
export const flag = z.boolean();

/** A number that is text in some documents, or text that is a number in some. */
export const textOrNumber = z.union([z.string(), z.number()]);

/** True or false, which comes as `"0"`, `"1"` or a number in some documents. */
export const flagOrText = z.union([z.boolean(), z.string(), z.number()]);

/** One word of a vocabulary. */
export function word(words: readonly [string, ...string[]]) {
  return z.enum(words);
}

/** A list of values of one kind. */
export function list(item: z.ZodType) {
  return z.array(item);
}

/** A value that is documented as a list and sent as a single one, or the other way round. */
export function oneOrMany(item: z.ZodType) {
  return z.union([item, z.array(item)]);
}

/** A map: names that can't be listed, with values of one kind. */
export function map(value: z.ZodType) {
  return z.record(z.string(), value);
}

/** Named fields. None is required, and null means the same as missing. */
export function fields(shape: Readonly<Record<string, z.ZodType>>) {
  return z.strictObject(
    Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, value.nullish()])),
  );
}

declare const brand: unique symbol;

/**
 * A position in one stream: a whole number that the publisher counts for each stream, contiguous in practice.
 * Timepoints of two streams can't be compared.
 */
export type Timepoint = number & { readonly [brand]: 'Timepoint' };

/**
 * Reads a timepoint from a JSON integer or a string of digits, as the publisher sends both.
 * Returns null for anything else, for negative numbers and beyond 2^53.
 */
export function parseTimepoint(value: unknown): Timepoint | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? (number as Timepoint)
    : null;
}

/** The timepoint `steps` after (or, negative, before) the given one. */
export function shift(timepoint: Timepoint, steps: number): Timepoint {
  return (timepoint + steps) as Timepoint;
}

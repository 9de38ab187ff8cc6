import { z } from 'zod';
import { MOST_PADDING } from './companies/padding-numbers.ts';
import { faultsOf } from './faults.ts';
import type { Product } from './snapshot-file.ts';

const count = z
  .string()
  .regex(/^\d{1,8}$/, `must be a number of rows, at most ${MOST_PADDING}`)
  .transform(Number)
  .refine((rows) => rows <= MOST_PADDING, `must be at most ${MOST_PADDING}`);

const moment = z
  .string()
  .regex(/^(newest|\d{1,15})$/, 'must be newest or a timepoint of the stream companies')
  .transform((at) => (at === 'newest' ? 'newest' : Number(at)));

/** The query parameters of a file of a product. */
export function querySchemaOf(product: Product) {
  return z.strictObject({
    /** A timepoint of the stream companies, or newest. The default is the start of the day of the file. */
    at: moment.optional(),
    rows: count.default(0),
    faults: z
      .string()
      .transform((list) => list.split(',').filter(Boolean))
      .pipe(z.array(z.enum(faultsOf(product))))
      .transform((faults) => new Set(faults))
      .default(new Set()),
  });
}

export type SnapshotQuery = z.output<ReturnType<typeof querySchemaOf>>;

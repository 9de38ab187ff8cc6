import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { z } from 'zod';

/**
 * Where the publisher is known to differ from time to time, or where nobody outside knows: the defaults are what was
 * seen last. The streams of a world are the same under all variants, but for what a variant itself is about.
 */
export const variantsSchema = z.strictObject({
  /** How `published_at` is written; `mixed` also has zones, microseconds and clocks of half a day now and then. */
  publishedAt: z.enum(['seconds', 'microseconds', 'offset', 'half-day', 'mixed']).default('seconds'),
  /** The `data` of a `deleted` event; `mixed` takes turns with all of them. */
  deletedData: z
    .enum(['mixed', 'document', 'stub', 'string', 'empty-string', 'null', 'absent'])
    .default('mixed'),
  /** Streams of which `changed` events come without `event.type`. */
  withoutType: z.array(z.enum(STREAM_NAMES)).default([]),
  /** `go`: the envelope in a fixed order, and sorted keys in `data`. `mixed`: two orders, and keys as they come. */
  keyOrder: z.enum(['go', 'mixed']).default('go'),
  /** Whether documents of officers link to the officer, as those of REST do. */
  officerLinks: z.boolean().default(false),
  /** What a reader gets who resumes with the timepoint after the newest. */
  afterNewest: z.enum(['live', '416']).default('live'),
  /** What a reader gets who resumes with 0, a negative number, a text or nothing. */
  noTimepoint: z.enum(['live', '400']).default('live'),
  /** What a reader gets whose position is older than what is kept: a refusal, or a stream that starts late. */
  expired: z.enum(['416', 'late']).default('416'),
  /** What one connection too many does: it takes the place of the oldest of its key, or is refused. */
  overLimit: z.enum(['close-oldest', '429']).default('close-oldest'),
});

export type VariantsInput = z.input<typeof variantsSchema>;
export type Variants = z.output<typeof variantsSchema>;

export const DEFAULT_VARIANTS: Variants = variantsSchema.parse({});

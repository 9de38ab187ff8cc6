import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { z } from 'zod';

/**
 * The behaviour of the publisher that changes from time to time or is not documented. The defaults are what was
 * observed last. A variant changes only what it names: the events of a world stay the same.
 */
export const variantsSchema = z.strictObject({
  /** The form of `published_at`. `mixed` sometimes has zones, microseconds and 12-hour clocks. */
  publishedAt: z.enum(['seconds', 'microseconds', 'offset', 'half-day', 'mixed']).default('seconds'),
  /** The `data` of a `deleted` event. `mixed` alternates between all forms. */
  deletedData: z
    .enum(['mixed', 'document', 'stub', 'string', 'empty-string', 'null', 'absent'])
    .default('mixed'),
  /** The streams whose `changed` events have no `event.type`. */
  withoutType: z.array(z.enum(STREAM_NAMES)).default([]),
  /** `go`: the envelope in a fixed order, and sorted keys in `data`. `mixed`: two orders, and keys as they come. */
  keyOrder: z.enum(['go', 'mixed']).default('go'),
  /** Whether documents of officers link to the officer, as those of the REST API do. */
  officerLinks: z.boolean().default(false),
  /** The answer to a reader that resumes with the timepoint after the newest. */
  afterNewest: z.enum(['live', '416']).default('live'),
  /** The answer to a reader that resumes with 0, a negative number, a text or an empty value. */
  noTimepoint: z.enum(['live', '400']).default('live'),
  /** The answer to a reader whose position is beyond the retention: a refusal, or a stream that starts late. */
  expired: z.enum(['416', 'late']).default('416'),
  /** What one connection too many does: it takes the place of the oldest of its key, or is refused. */
  overLimit: z.enum(['close-oldest', '429']).default('close-oldest'),
  /** The `Retry-After` of that refusal, in seconds; null sends none. */
  overLimitRetryAfter: z.int().min(0).nullable().default(null),
});

export type VariantsInput = z.input<typeof variantsSchema>;
export type Variants = z.output<typeof variantsSchema>;

export const DEFAULT_VARIANTS: Variants = variantsSchema.parse({});

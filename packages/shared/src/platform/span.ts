import { type Attributes, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { asError } from './errors.ts';

export interface SpanOptions {
  /** `producer`: another process continues the work. Unless given, the span is a part of a larger one. */
  readonly kind?: 'producer';
  /** Named without their prefix `timepoint.`; undefined ones are left out. */
  readonly attributes: Attributes;
}

/**
 * Does work within a span of that name. `addAttributes` gives the span more attributes. Without a tracer, which is the
 * usual case, only the work is done.
 */
export async function inSpan<Result>(
  name: string,
  { kind, attributes }: SpanOptions,
  work: (addAttributes: (more: Attributes) => void) => Promise<Result>,
): Promise<Result> {
  const options = {
    attributes: prefixed(attributes),
    kind: kind === 'producer' ? SpanKind.PRODUCER : SpanKind.INTERNAL,
  };
  return trace.getTracer('timepoint').startActiveSpan(name, options, async (span) => {
    try {
      return await work((more) => void span.setAttributes(prefixed(more)));
    } catch (error) {
      span.recordException(asError(error));
      span.setStatus({ code: SpanStatusCode.ERROR, message: asError(error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

function prefixed(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`timepoint.${name}`, value]));
}

import { z } from 'zod';

/** A request that can't be served as asked; answered with a 400 and its message. */
export class BadRequestError extends Error {
  readonly statusCode = 400;
}

/** Reads a part of a request; throws BadRequestError with every problem. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, part: unknown): z.output<Schema> {
  const parsed = schema.safeParse(part ?? {});
  if (!parsed.success) throw new BadRequestError(z.prettifyError(parsed.error));
  return parsed.data;
}

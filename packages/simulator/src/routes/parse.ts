import { z } from 'zod';

/** An invalid request. The answer is a 400 with the message. */
export class BadRequestError extends Error {
  readonly statusCode = 400;
}

/**
 * Parses a part of a request.
 * @throws BadRequestError with every problem.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, part: unknown): z.output<Schema> {
  const parsed = schema.safeParse(part ?? {});
  if (!parsed.success) throw new BadRequestError(z.prettifyError(parsed.error));
  return parsed.data;
}

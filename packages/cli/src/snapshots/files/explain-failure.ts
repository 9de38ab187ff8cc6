import { z } from 'zod';

const failureSchema = z.object({
  code: z.unknown().optional(),
  message: z.string(),
  cause: z.unknown().optional(),
});

/** What Node says of a failure; `fetch` keeps the failure of the network in the cause. */
export function tellFailure(thrown: unknown): { readonly code: string; readonly message: string } {
  const { data } = failureSchema.safeParse(thrown);
  if (data === undefined) return { code: '', message: String(thrown) };
  return data.cause === undefined
    ? { code: String(data.code ?? ''), message: data.message }
    : tellFailure(data.cause);
}

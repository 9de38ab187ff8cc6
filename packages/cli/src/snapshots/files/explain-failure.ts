import { z } from 'zod';

const failureSchema = z.object({
  code: z.unknown().optional(),
  message: z.string(),
  cause: z.unknown().optional(),
});

/** The code and the message of a failure. `fetch` has the failure of the network in the cause. */
export function explainFailure(thrown: unknown): { readonly code: string; readonly message: string } {
  const { data } = failureSchema.safeParse(thrown);
  if (data === undefined) return { code: '', message: String(thrown) };
  return data.cause === undefined
    ? { code: String(data.code ?? ''), message: data.message }
    : explainFailure(data.cause);
}

import { asError } from './errors.ts';

/** An answer, or why there is none. */
export type Outcome<Value> =
  | { readonly value: Value; readonly failure: null }
  | { readonly value: null; readonly failure: string };

/** The answer, or why there is none within the deadline. Never rejects. */
export async function outcomeInTime<Value>(
  answer: Promise<Value>,
  deadlineMs: number,
): Promise<Outcome<Value>> {
  const { promise: tooLate, resolve } = Promise.withResolvers<Outcome<Value>>();
  const failure = `no answer within ${Math.round(deadlineMs / 1000)} s`;
  const timer = setTimeout(resolve, deadlineMs, { value: null, failure });
  const outcome = answer.then(
    (value): Outcome<Value> => ({ value, failure: null }),
    (error: unknown): Outcome<Value> => ({ value: null, failure: asError(error).message }),
  );
  return Promise.race([outcome, tooLate]).finally(() => clearTimeout(timer));
}

/** Null when there is no answer within the deadline, or an error: what was asked can't be known for now. */
export async function inTime<Value>(answer: Promise<Value>, deadlineMs: number): Promise<Value | null> {
  return (await outcomeInTime(answer, deadlineMs)).value;
}

/** While one call is under way, the others get its answer. */
export function oneAtATime<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

import { asError } from './errors.ts';

/** An answer, or why there is none. */
export type Outcome<Value> =
  | { readonly value: Value; readonly failure: null }
  | { readonly value: null; readonly failure: string };

/** Waits for an answer until the deadline, and returns it, or why there is none. Never rejects. */
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

/** Waits for an answer until the deadline. Returns null when there is none, or an error: the value is not known now. */
export async function inTime<Value>(answer: Promise<Value>, deadlineMs: number): Promise<Value | null> {
  return (await outcomeInTime(answer, deadlineMs)).value;
}

/** Wraps a function so that calls during a call share its answer. */
export function oneAtATime<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

/** Null when there is no answer within the deadline, or an error: what was asked can't be known for now. */
export async function inTime<Value>(answer: Promise<Value>, deadlineMs: number): Promise<Value | null> {
  const { promise: tooLate, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, deadlineMs, null);
  return Promise.race([answer.catch(() => null), tooLate]).finally(() => clearTimeout(timer));
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

import { asError } from '@timepoint/shared/platform/errors';

interface Taken<Sample> {
  readonly kind: 'taken';
  readonly sample: Sample;
}

/** The result of an attempt to take a sample. */
export type Outcome<Sample> =
  | Taken<Sample>
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'closed' };

/** Hands each outcome to all that wait for it, and keeps the newest sample. */
export interface Outcomes<Sample> {
  /** The newest sample; null before the first. */
  readonly newest: Taken<Sample> | null;
  /** The outcome that is published next. */
  readonly next: Promise<Outcome<Sample>>;
  publish(outcome: Outcome<Sample>): void;
}

/** Creates outcomes without any. */
export function createOutcomes<Sample>(): Outcomes<Sample> {
  let newest: Taken<Sample> | null = null;
  let next = Promise.withResolvers<Outcome<Sample>>();
  return {
    get newest() {
      return newest;
    },
    get next() {
      return next.promise;
    },
    publish: (outcome) => {
      if (outcome.kind === 'taken') newest = outcome;
      const { resolve } = next;
      next = Promise.withResolvers();
      resolve(outcome);
    },
  };
}

/** Takes a sample. Never rejects. */
export async function attempt<Sample>(
  take: () => Promise<Sample>,
): Promise<Exclude<Outcome<Sample>, { kind: 'closed' }>> {
  try {
    return { kind: 'taken', sample: await take() };
  } catch (thrown) {
    return { kind: 'failed', error: asError(thrown) };
  }
}

/** The newest sample, and each that follows, until the signal is aborted or the sampler closed. */
export async function* samplesOf<Sample>(
  outcomes: Outcomes<Sample>,
  signal: AbortSignal,
): AsyncGenerator<Sample> {
  let seen: Outcome<Sample> = outcomes.newest ?? (await outcomes.next);
  while (seen.kind !== 'closed' && !signal.aborted) {
    // One that could not be taken is left out: the page shows how old the last one is.
    if (seen.kind === 'taken') yield seen.sample;
    if (signal.aborted) return;
    seen = await outcomes.next;
  }
}

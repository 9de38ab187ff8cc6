// One sampler serves every open page: the load on the stores does not grow with the number of people.
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/platform/errors';

export interface SamplerOptions<Sample> {
  readonly take: () => Promise<Sample>;
  /** Called with each error of `take`: the sampler goes on after it. */
  readonly onFailure: (error: Error) => void;
  /** The pause between two samples while at least one follower is there, in ms … */
  readonly watchedMs: number;
  /** … and without followers, in ms. */
  readonly idleMs: number;
}

export interface Sampler<Sample> {
  /**
   * A sample that ends after this call; null when the sampler was closed.
   * @throws the error of `take` when that sample could not be taken.
   */
  fresh(): Promise<Sample | null>;
  /** The newest sample, and each that follows, until the signal is aborted or the sampler closed. Slow readers skip some. */
  follow(signal: AbortSignal): AsyncGenerator<Sample>;
  /** The number of followers. */
  followers(): number;
  /** When the newest sample was ready, in ms since the epoch; when the sampler was started, before the first. */
  readyAt(): number;
  close(): Promise<void>;
}

/** The result of an attempt to take a sample. */
type Look<Sample> =
  | { readonly kind: 'taken'; readonly sample: Sample }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'closed' };

/** Starts sampling. */
export function startSampler<Sample>(options: SamplerOptions<Sample>): Sampler<Sample> {
  const { take, onFailure, watchedMs, idleMs } = options;
  let isClosing = false;
  let newest: Look<Sample> | null = null;
  let next = Promise.withResolvers<Look<Sample>>();
  let hurry = new AbortController();
  let watching = 0;
  let readyAt = Date.now();

  const pause = () =>
    // The pause rejects only when `wake` ends it early.
    sleep(watching > 0 ? watchedMs : idleMs, undefined, { signal: hurry.signal }).catch(() => undefined);
  const wake = () => {
    hurry.abort();
    hurry = new AbortController();
  };
  const publish = (look: Look<Sample>) => {
    const { resolve } = next;
    next = Promise.withResolvers();
    resolve(look);
  };
  const look = async () => {
    try {
      const taken = { kind: 'taken', sample: await take() } as const;
      readyAt = Date.now();
      newest = taken;
      publish(taken);
    } catch (thrown) {
      const error = asError(thrown);
      onFailure(error);
      publish({ kind: 'failed', error });
    }
  };
  const run = async () => {
    while (!isClosing) {
      await look();
      if (!isClosing) await pause();
    }
    publish({ kind: 'closed' });
  };
  const running = run();

  return {
    fresh: async () => {
      if (isClosing) return null;
      wake();
      const outcome = await next.promise;
      if (outcome.kind === 'failed') throw outcome.error;
      return outcome.kind === 'taken' ? outcome.sample : null;
    },
    follow: async function* (signal) {
      watching += 1;
      if (watching === 1) wake();
      try {
        for (let seen = newest ?? (await next.promise); seen.kind !== 'closed'; seen = await next.promise) {
          if (signal.aborted) return;
          // One that could not be taken is left out: the page shows how old the last one is.
          if (seen.kind === 'taken') yield seen.sample;
          if (signal.aborted || isClosing) return;
        }
      } finally {
        watching -= 1;
      }
    },
    followers: () => watching,
    readyAt: () => readyAt,
    close: async () => {
      isClosing = true;
      wake();
      await running;
    },
  };
}

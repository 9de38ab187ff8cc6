// One sampler for everybody who looks: what a look costs the stores does not grow with the number of people.
import { setTimeout as sleep } from 'node:timers/promises';

export interface SamplerOptions<Sample> {
  /** Takes a sample; never rejects. */
  readonly take: () => Promise<Sample>;
  /** The pause between two samples while somebody looks, in ms … */
  readonly watchedMs: number;
  /** … and while nobody does. */
  readonly idleMs: number;
}

export interface Sampler<Sample> {
  /** A sample that ends after this call; null when the sampler was closed. */
  fresh(): Promise<Sample | null>;
  /** The newest sample, and each that follows, until the signal is aborted or the sampler closed. Slow readers skip some. */
  follow(signal: AbortSignal): AsyncGenerator<Sample>;
  /** How many follow. */
  followers(): number;
  /** When the newest sample was ready, in ms since the epoch; when the sampler was started, before the first. */
  readyAt(): number;
  close(): Promise<void>;
}

/** Starts sampling. */
export function startSampler<Sample>({ take, watchedMs, idleMs }: SamplerOptions<Sample>): Sampler<Sample> {
  let isClosing = false;
  let newest: Sample | null = null;
  let next = Promise.withResolvers<Sample | null>();
  let hurry = new AbortController();
  let watching = 0;
  let readyAt = Date.now();

  const pause = () =>
    sleep(watching > 0 ? watchedMs : idleMs, undefined, { signal: hurry.signal }).catch(() => undefined);
  const wake = () => {
    hurry.abort();
    hurry = new AbortController();
  };
  const publish = (sample: Sample | null) => {
    const { resolve } = next;
    next = Promise.withResolvers();
    resolve(sample);
  };
  const run = async () => {
    while (!isClosing) {
      newest = await take();
      readyAt = Date.now();
      publish(newest);
      if (!isClosing) await pause();
    }
    publish(null);
  };
  const running = run();

  return {
    fresh: async () => {
      if (isClosing) return null;
      wake();
      return next.promise;
    },
    follow: async function* (signal) {
      watching += 1;
      if (watching === 1) wake();
      try {
        for (let sample = newest ?? (await next.promise); sample !== null; sample = await next.promise) {
          if (signal.aborted) return;
          yield sample;
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

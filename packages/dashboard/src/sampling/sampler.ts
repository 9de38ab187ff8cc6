// One sampler serves every open page: the load on the stores does not grow with the number of people.
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, createOutcomes, samplesOf } from './outcomes.ts';

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

/** Starts sampling. */
export function startSampler<Sample>(options: SamplerOptions<Sample>): Sampler<Sample> {
  const { take, onFailure, watchedMs, idleMs } = options;
  const outcomes = createOutcomes<Sample>();
  const pause = createPause();
  let isClosing = false;
  let watching = 0;
  let readyAt = Date.now();

  const run = async () => {
    while (!isClosing) {
      const outcome = await attempt(take);
      if (outcome.kind === 'taken') readyAt = Date.now();
      else onFailure(outcome.error);
      outcomes.publish(outcome);
      if (!isClosing) await pause.wait(watching > 0 ? watchedMs : idleMs);
    }
    outcomes.publish({ kind: 'closed' });
  };
  const follow = async function* (signal: AbortSignal) {
    watching += 1;
    if (watching === 1) pause.end();
    try {
      for await (const sample of samplesOf(outcomes, signal)) {
        yield sample;
        if (isClosing) return;
      }
    } finally {
      watching -= 1;
    }
  };
  const running = run();

  return {
    fresh: async () => {
      if (isClosing) return null;
      pause.end();
      const outcome = await outcomes.next;
      if (outcome.kind === 'failed') throw outcome.error;
      return outcome.kind === 'taken' ? outcome.sample : null;
    },
    follow,
    followers: () => watching,
    readyAt: () => readyAt,
    close: async () => {
      isClosing = true;
      pause.end();
      await running;
    },
  };
}

/** Creates a pause that `end` cuts short. */
function createPause() {
  let early = new AbortController();
  return {
    wait: (ms: number) =>
      // The sleep rejects only when it is ended early.
      sleep(ms, undefined, { signal: early.signal }).catch(() => undefined),
    end: () => {
      early.abort();
      early = new AbortController();
    },
  };
}

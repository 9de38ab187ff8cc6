import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  retry,
} from 'cockatiel';
import { isRefusal } from '../consumer/refused-job.ts';

const FAILURES_TO_OPEN = 3;
const PROBE_BACKOFF = { initialDelay: 500, maxDelay: 15_000 };

export interface StoreBreaker {
  /** Runs work on the store; fails at once while the breaker is open. */
  execute<Result>(work: () => Promise<Result>): Promise<Result>;
  isOpen(): boolean;
  /** Stops probing. */
  close(): void;
}

export interface StoreBreakerOptions {
  /** Succeeds when the store takes writes again. A read is no probe: a store that is read-only or full answers reads. */
  readonly probe: () => Promise<unknown>;
  readonly onOpen: (error: unknown) => void;
  readonly onClose: () => void;
}

/**
 * Opens after three store errors in a row and then probes the store with growing delays until it answers.
 * Errors of the data do not count.
 */
export function openStoreBreaker({ probe, onOpen, onClose }: StoreBreakerOptions): StoreBreaker {
  const stop = new AbortController();
  const backoff = () => new ExponentialBackoff(PROBE_BACKOFF);
  const breaker = circuitBreaker(
    handleWhen((error) => !isRefusal(error)),
    { breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN), halfOpenAfter: backoff() },
  );
  const probing = retry(handleAll, { maxAttempts: Number.POSITIVE_INFINITY, backoff: backoff() });
  let isProbing = false;
  breaker.onBreak((reason) => {
    if (isProbing) return;
    isProbing = true;
    onOpen('error' in reason ? reason.error : new Error('opened by hand'));
    probing
      .execute(() => breaker.execute(probe), stop.signal)
      .then(onClose, () => undefined)
      .finally(() => {
        isProbing = false;
      });
  });
  return {
    execute: (work) => breaker.execute(work),
    isOpen: () => breaker.state !== CircuitState.Closed,
    close: () => stop.abort(),
  };
}

// A failure that repeats would fill the log without new information. Example: a queue that refuses for an hour, asked
// twice a second, gives seven lines and not 7,200.
import type { Logger } from '@timepoint/shared/platform/logger';

/** The same failure is logged again after this, in ms. */
const SAME_AGAIN_MS = 10 * 60_000;

export interface FailureLog {
  /** Logs a failure that differs from the one before, and the same failure once in ten minutes. */
  failed(error: Error): void;
  /** Logs that the failures are over; nothing when there were none. */
  succeeded(): void;
}

/** Logs an action that is tried until it succeeds: `failing` at each change, `over` at the end, with the failures so far. */
export function startFailureLog(
  logger: Pick<Logger, 'info' | 'warn'>,
  messages: { readonly failing: string; readonly over: string },
  now: () => number = () => performance.now(),
): FailureLog {
  let failures = 0;
  let last = { message: '', at: Number.NEGATIVE_INFINITY };
  return {
    failed: (error) => {
      failures += 1;
      if (error.message === last.message && now() - last.at < SAME_AGAIN_MS) return;
      last = { message: error.message, at: now() };
      logger.warn({ err: error, failures }, messages.failing);
    },
    succeeded: () => {
      if (failures > 0) logger.info({ failures }, messages.over);
      failures = 0;
      last = { message: '', at: Number.NEGATIVE_INFINITY };
    },
  };
}

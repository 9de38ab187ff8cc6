// What a worker does again and again without a job of the queue, part by part. A part that fails does not stop the others.
// Each failure is logged and counted, and after three in a row of one part readiness and the alerts report it. Example: the
// part `read-holes-again` fails three times because a table is missing, the others go on; it succeeds, and all is well again.
import { asError } from '@timepoint/shared/platform/errors';
import type { Check } from '@timepoint/shared/platform/health';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Metrics } from '../metrics.ts';

/** One failure may be of the moment; so many of one part in a row are not. */
const FAILURES_TO_REPORT = 3;

export interface RecurringWorkOptions {
  readonly metrics: Pick<Metrics, 'failures'>;
  readonly logger: Logger;
}

export interface RecurringWork {
  /** Runs a part once. Returns whether it succeeded; never rejects. */
  run(part: string, work: () => Promise<unknown>): Promise<boolean>;
  /** What keeps failing, with the last error of each part; null when no part does. */
  failure(): string | null;
  /** Bad while a part has failed three times in a row. */
  check(): Check;
}

/** Logs and counts what fails of the recurring work of a process. */
export function createRecurringWork({ metrics, logger }: RecurringWorkOptions): RecurringWork {
  const failing = new Map<string, { readonly times: number; readonly error: Error }>();
  const failure = () => {
    const lasting = [...failing].filter(([, { times }]) => times >= FAILURES_TO_REPORT);
    const texts = lasting.map(
      ([part, { times, error }]) => `${part} failed ${times} times in a row: ${error.message}`,
    );
    return texts.length === 0 ? null : texts.join('; ');
  };
  return {
    run: async (part, work) => {
      try {
        await work();
        failing.delete(part);
        return true;
      } catch (thrown) {
        const error = asError(thrown);
        const times = (failing.get(part)?.times ?? 0) + 1;
        failing.set(part, { times, error });
        metrics.failures.inc({ part });
        logger.warn(
          { part, times, err: error },
          'a part of the recurring work failed: it is tried again within seconds',
        );
        return false;
      }
    },
    failure,
    check: () => {
      const detail = failure();
      return detail === null
        ? { ok: true, detail: 'every part succeeds' }
        : { ok: false, detail: `${detail}. It is tried again by itself; the log has each error.` };
    },
  };
}

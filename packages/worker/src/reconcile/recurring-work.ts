// Recurring work is what a worker repeats without a job of the queue. It has parts, and a part that fails does not stop the
// others. Each failure is logged and counted. After three failures in a row of one part, readiness and the alerts report it.
// Example: the part `read-holes-again` fails three times because a table is missing, and the other parts go on. When the part
// succeeds, the report ends.
import { asError } from '@timepoint/shared/platform/errors';
import type { Check } from '@timepoint/shared/platform/health';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Metrics } from '../metrics.ts';

/** One failure can be temporary. This many of one part in a row are not. */
const FAILURES_TO_REPORT = 3;

export interface RecurringWorkOptions {
  readonly metrics: Pick<Metrics, 'failures'>;
  readonly logger: Logger;
}

export interface RecurringWork {
  /** Runs a part once. Returns whether it succeeded; never rejects. */
  run(part: string, work: () => Promise<unknown>): Promise<boolean>;
  /** The parts that keep failing, each with its last error; null when no part does. */
  failure(): string | null;
  /** Bad while a part has failed three times in a row. */
  check(): Check;
}

/** Runs the recurring work of a process, and logs and counts its failures. */
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

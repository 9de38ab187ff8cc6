// What goes wrong between the queues and whoever uses them leaves a trace, as BullMQ says it only to those who listen.
import type { Job, Worker } from 'bullmq';
import { isReadOnly, refusalOf } from '../monitoring/write-refusal.ts';
import { asError, TimepointError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { explainPostgresFailure } from './queue-workers.ts';

/** A lost connection is reported by whoever needs it, and comes with an error for each try to open it again. */
const CONNECTION_ERROR = /^E[A-Z]+$|^57P|^08/;

/** A store that refuses is asked every second or so: the same refusal is a warning again only after this, in ms. */
const SAME_AGAIN_MS = 10 * 60_000;

/** Logs the errors of a queue or worker: what comes again and again, once in a while. */
export function reportTo(logger: Logger) {
  const warnedAt = new Map<string, number>();
  const isRepeated = (error: NodeJS.ErrnoException) => {
    if (refusalOf(error) === null) return false;
    const code = error.code ?? '';
    const now = performance.now();
    const before = warnedAt.get(code) ?? Number.NEGATIVE_INFINITY;
    if (now - before < SAME_AGAIN_MS) return true;
    warnedAt.set(code, now);
    return false;
  };
  return (error: NodeJS.ErrnoException) => {
    const isExpected =
      CONNECTION_ERROR.test(error.code ?? '') ||
      /connection|closed/i.test(error.message) ||
      isRepeated(error);
    logger[isExpected ? 'debug' : 'warn']({ err: error }, 'queue error');
  };
}

/**
 * Logs every job that a processor could not do: BullMQ reports a throwing processor as the event `failed`, which is no
 * error to it. What is tried again by itself is a warning, what is not an error.
 */
export function reportFailedJobs<Data>(worker: Worker<Data>, logger: Logger): Worker<Data> {
  return worker.on('failed', (job: Job<Data> | undefined, error: Error) => {
    const isFinal = job?.finishedOn !== undefined;
    const fields = { queue: worker.name, job: job?.id, attempts: job?.attemptsMade, err: error };
    if (isFinal) logger.error(fields, 'a job failed and is not tried again by itself');
    else logger.warn(fields, 'a job failed and is tried again');
  });
}

/** Why the queues could not be opened, and which setting to check. */
export function unreachable(server: string, url: string, setting: string, cause: unknown): TimepointError {
  const { host, pathname } = new URL(url);
  if (isReadOnly(cause)) {
    const refusal = `${server} at ${host}${pathname} takes no writes, so the queues can't be made: ${asError(cause).message}.`;
    const remedy = `Name the primary in ${setting}; if it is the primary, reset default_transaction_read_only.`;
    return new TimepointError('queue-unreachable', `${refusal} ${remedy}`, { retryable: true, cause });
  }
  const message = `${server} at ${host}${pathname} can't be reached for the queues: ${explainPostgresFailure(asError(cause).message)}. Check ${setting}.`;
  return new TimepointError('queue-unreachable', message, { retryable: true, cause });
}

// What goes wrong between the queues and whoever uses them leaves a trace, as BullMQ says it only to those who listen.
import type { Job, Worker } from 'bullmq';
import { asError, TimepointError } from './errors.ts';
import type { Logger } from './logger.ts';
import { explainPostgresFailure } from './queue-workers.ts';

/** A lost connection is reported by whoever needs it, and comes with an error for each try to open it again. */
const CONNECTION_ERROR = /^E[A-Z]+$|^57P|^08/;

/** Logs the errors of a queue or worker. */
export function reportTo(logger: Logger) {
  return (error: NodeJS.ErrnoException) => {
    const isExpected = CONNECTION_ERROR.test(error.code ?? '') || /connection|closed/i.test(error.message);
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
  const message = `${server} at ${host}${pathname} can't be reached for the queues: ${explainPostgresFailure(asError(cause).message)}. Check ${setting}.`;
  return new TimepointError('queue-unreachable', message, { retryable: true, cause });
}

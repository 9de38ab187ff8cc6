// Takes the jobs of a queue. The data of each job is parsed before the job is done. Every failure is logged once and counted.
// Example: an ingestor of a later version adds a job that this version can't read. The job fails without a retry, the log
// and the counters have it, and it stays in the queue as a finding until an operator removes it or tries it again.
import { type Job, type Processor, UnrecoverableError, type Worker, type WorkerOptions } from 'bullmq';
import { z } from 'zod';
import { asError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { hearUntakenFailure, waitForJobs } from './bullmq-workarounds.ts';
import type { CataloguedQueue } from './catalogue.ts';
import { type PutBack, puttingBack } from './put-back.ts';

/** The error of a job that must not be tried again: the job stays as failed, with the message as its reason. */
export { UnrecoverableError };

/** How a worker has a job in hand. */
export interface JobHold {
  /** The name of its lock. */
  readonly token: string;
  /** Aborts when the worker is asked to cancel the job. */
  readonly cancelled: AbortSignal;
  /** Aborts when the jobs in hand should stop: see {@link ConsumeOptions.stop}. */
  readonly stop: AbortSignal;
  readonly putBack: PutBack;
}

/** Does a job, whose data is parsed. Its return value is the result of the job. */
export type Take<Data> = (job: Job<Data>, hold: JobHold) => Promise<unknown>;

export interface ConsumeOptions<Data> extends Partial<WorkerOptions> {
  /** What the log of a failure says of the job, beside its id. */
  readonly about?: (data: Data) => object;
  /** Aborts when a long job should stop, or give itself back. */
  readonly stop?: AbortSignal;
  /** Called when a job begins. Returns what is called when the job ends, successfully or not. */
  readonly onBegin?: () => () => void;
}

/** Starts a BullMQ worker that does the jobs of a queue by `take`. The caller closes it before the queues. */
export type Consume = <Data>(
  queue: CataloguedQueue<Data>,
  take: Take<Data>,
  options?: ConsumeOptions<Data>,
) => Worker<Data>;

/** A try of a job that has failed. */
export interface JobFailure {
  readonly queue: string;
  /** The data of the job does not fit its queue. */
  readonly isUnreadable: boolean;
}

/** What a backend does for {@link Consume}. */
export interface ConsumeBackend {
  readonly startWorker: <Data>(
    name: string,
    processor: Processor<Data>,
    options: Partial<WorkerOptions>,
  ) => Worker<Data>;
  /** Gives a job that the caller holds the last place among those that wait, from when it is given back. */
  readonly placeLast: (job: Job) => Promise<void>;
  readonly onFailure: (failure: JobFailure) => void;
  readonly logger: Logger;
}

const NEVER = new AbortController().signal;

/** The function that consumes the queues of a backend. */
export function consuming({ startWorker, placeLast, onFailure, logger }: ConsumeBackend): Consume {
  return <Data>(
    queue: CataloguedQueue<Data>,
    take: Take<Data>,
    { about, stop = NEVER, onBegin, ...options }: ConsumeOptions<Data> = {},
  ) => {
    const report = reporting(queue, { about, onFailure, logger });
    const work = async (job: Job<Data>, token = '', cancelled = NEVER) => {
      let onEnd: (() => void) | undefined;
      try {
        job.data = parseJob(queue, job.data);
        onEnd = onBegin?.();
        return await take(job, { token, cancelled, stop, putBack: puttingBack(job, token, placeLast) });
      } catch (error) {
        hearUntakenFailure(job, () => report(job, asError(error), UNTAKEN));
        throw error;
      } finally {
        onEnd?.();
      }
    };
    const inHand = new Set<Promise<unknown>>();
    // BullMQ gives the signal only to a function that declares it.
    const processor: Processor<Data> = async (job, token, signal) => {
      const working = work(job, token, signal);
      inHand.add(working);
      return working.finally(() => inHand.delete(working));
    };
    const worker = waitForJobs(startWorker<Data>(queue.name, processor, options), inHand);
    return worker.on('failed', (job, err) => report(job, err));
  };
}

interface About<Data> {
  readonly about: ConsumeOptions<Data>['about'] | undefined;
}

const UNTAKEN = 'a job failed, and the queue does not take that; another worker may have the job by now';

/**
 * Logs and counts a try that failed, once. BullMQ reports a processor that throws as the event `failed`, not as `error`. A job
 * that is tried again by itself is logged as a warning, any other as an error.
 */
function reporting<Data>(
  queue: CataloguedQueue<Data>,
  { about, onFailure, logger }: Pick<ConsumeBackend, 'onFailure' | 'logger'> & About<Data>,
) {
  // Each try has an object of its own.
  const reported = new WeakSet<Job>();
  return (job: Job<Data> | undefined, err: Error, untaken?: string) => {
    if (job !== undefined && reported.has(job)) return;
    if (job !== undefined) reported.add(job);
    const { success, data } = queue.schema.safeParse(job?.data);
    const more = success ? about?.(data) : {};
    const fields = { queue: queue.name, job: job?.id, attempts: job?.attemptsMade, ...more, err };
    if (untaken !== undefined) logger.warn(fields, untaken);
    else if (job?.finishedOn === undefined) logger.warn(fields, 'a job failed and is tried again');
    else logger.error(fields, 'a job failed and is not tried again by itself');
    onFailure({ queue: queue.name, isUnreadable: err instanceof UnreadableJobError });
  };
}

class UnreadableJobError extends UnrecoverableError {}

/** @throws UnreadableJobError that names the remedy: the job fails without a retry, and is a finding. */
function parseJob<Data>({ name, schema }: CataloguedQueue<Data>, data: unknown): Data {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new UnreadableJobError(
    `not a job of the queue ${name}, as this version knows it: ${z.prettifyError(parsed.error)}. Run all processes at one ` +
      'version, then try the job again, or remove it: see `timepoint failed-jobs`.',
  );
}

import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import type { Metrics } from '../metrics.ts';

/** A job as it is in a queue. */
export interface QueuedJob {
  readonly queueName: string;
  readonly data: unknown;
}

/**
 * Parses the data of a job. Data that does not fit its queue is counted and fails the job without a retry: a finding.
 * @throws UnrecoverableError that names the remedy.
 */
export function parseJob<Schema extends z.ZodType>(
  { queueName, data }: QueuedJob,
  schema: Schema,
  metrics: Pick<Metrics, 'refusedJobs'>,
): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  metrics.refusedJobs.inc({ queue: queueName });
  throw new UnrecoverableError(
    `not a job of the queue ${queueName}, as this version knows it: ${z.prettifyError(parsed.error)}. Run all processes at one ` +
      'version, then try the job again, or remove it: see `timepoint failed-jobs`.',
  );
}

import type { DeadLetterJob } from '@timepoint/shared/contract/job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';

/** What a route of Bull Board names. */
export interface RetryRoute {
  readonly queueName?: string;
  /** One job … */
  readonly jobId?: string;
  /** … or all in a state. */
  readonly queueStatus?: string;
}

/** The number of jobs that are signed at the same time. */
const AT_ONCE = 100;

/** Writes the name of the person who asked for a retry into the jobs of the dead letters, for the audit. */
export async function signRetries({ deadLetters }: Queues, route: RetryRoute, who: string): Promise<void> {
  if (route.queueName !== deadLetters.name) return;
  const jobs =
    route.jobId === undefined
      ? await deadLetters.getJobs(['failed'], 0, -1)
      : [await deadLetters.getJob(route.jobId)];
  // One that is gone meanwhile is not retried either.
  const present = jobs.filter((job) => job !== undefined);
  for (let from = 0; from < present.length; from += AT_ONCE) {
    const some = present.slice(from, from + AT_ONCE);
    await Promise.all(some.map((job) => sign(deadLetters, job, who)));
  }
}

/** A retry without a name would leave no row in the audit: a job that can't be signed is refused, unless it is gone. */
async function sign(queue: Queues['deadLetters'], job: Job<DeadLetterJob>, who: string): Promise<void> {
  await job.updateData({ ...job.data, who }).catch(async (error: unknown) => {
    if ((await queue.getJob(job.id ?? '')) !== undefined) throw error;
  });
}

import type { Queues } from '@timepoint/shared/queues';

/** What a route of Bull Board names. */
export interface ChangeRoute {
  readonly queueName?: string;
  readonly jobId?: string;
  readonly queueStatus?: string;
}

const QUEUE = '/api/queues/:queueName';
/** What makes up, changes or throws away whatever waits in a queue. */
const ALL = [`${QUEUE}/add`, `${QUEUE}/empty`, `${QUEUE}/obliterate`, `${QUEUE}/:jobId/update-data`];
/** What throws away jobs of a state, or one. */
const SOME = [`${QUEUE}/clean/:queueStatus`, `${QUEUE}/:jobId/clean`];

/**
 * Whether something that Bull Board offers would change the copy past the log, or lose what only the queue holds: jobs
 * with events, or with rows of a file, that nobody has applied yet. One that failed for good holds neither.
 */
export async function isProtected(
  { events, snapshots }: Queues,
  route: string,
  { queueName, jobId, queueStatus }: ChangeRoute,
): Promise<boolean> {
  const queue = [events, snapshots].find(({ name }) => name === queueName);
  if (queue === undefined) return false;
  if (ALL.includes(route)) return true;
  if (!SOME.includes(route)) return false;
  if (jobId === undefined) return queueStatus !== 'failed';
  const job = await queue.getJob(jobId);
  return job !== undefined && !(await job.isFailed());
}

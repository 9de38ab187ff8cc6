// What Bull Board may change, as a list of what is allowed: a new version of Bull Board may offer more. A job that was
// added, changed or removed by hand would change the copy without the log, act under any name, or lose what only the queue
// holds.
import type { Queues } from '@timepoint/shared/queues/queues';

/** A request to Bull Board. */
export interface BoardRequest {
  readonly method: string;
  /** The route that it matches, without the path of Bull Board. */
  readonly route: string;
  /** What the route names. */
  readonly params: {
    readonly queueName?: string;
    readonly jobId?: string;
    readonly queueStatus?: string;
  };
}

const READING_METHODS = ['GET', 'HEAD'];
const RETRY_ONE = '/api/queues/:queueName/:jobId/retry';
const RETRY_ALL = '/api/queues/:queueName/retry/:queueStatus';

/** Whether a request retries one failed job, or all failed jobs of a queue. */
export function isRetry({ method, route }: BoardRequest): boolean {
  return method === 'PUT' && (route === RETRY_ONE || route === RETRY_ALL);
}

/** Whether a request is allowed: to read, and to retry failed jobs. A completed job never runs twice. */
export async function isAllowed({ all }: Queues, request: BoardRequest): Promise<boolean> {
  if (READING_METHODS.includes(request.method)) return true;
  if (!isRetry(request)) return false;
  const { queueName, jobId, queueStatus } = request.params;
  if (jobId === undefined) return queueStatus === 'failed';
  const job = await all.find(({ name }) => name === queueName)?.getJob(jobId);
  // Bull Board says itself that there is no such job.
  return job === undefined || job.isFailed();
}

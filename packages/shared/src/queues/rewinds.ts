// A request to read a stream again never changes: each position that is asked for is a job of its own, and whoever holds
// the stream removes exactly those that it has read. Example: 105 is asked for and read; 103 is asked for before 105 is
// removed; 103 stays, and is read at the next look.
import type { RewindJob } from '../contract/job.ts';
import type { Timepoint } from '../contract/timepoint.ts';
import type { Job, JobType, Queues } from './queues.ts';

/** In which states a request can be that nobody has taken up; the backend on Postgres lists those of a paused queue as paused. */
const OPEN: JobType[] = ['waiting', 'paused' as JobType, 'prioritized', 'delayed'];
/** One request for each position: more at a time are read at the next look. */
const MAX_REQUESTS = 500;

/** The requests to read a stream again that are open. */
export async function readRewinds({ rewinds }: Queues, stream: string): Promise<Job<RewindJob>[]> {
  // Most of the time there is none, and a count is one small question.
  if ((await rewinds.count()) === 0) return [];
  const jobs = await rewinds.getJobs(OPEN, 0, MAX_REQUESTS - 1);
  // One that was removed between the list and the look is undefined.
  return jobs.filter((job) => job?.name === stream);
}

/** Asks whoever holds the stream to read it again from a timepoint. Asking twice for the same changes nothing. */
export async function requestRewind(
  { rewinds }: Queues,
  stream: string,
  timepoint: Timepoint,
): Promise<void> {
  await rewinds.add(stream, { timepoint }, { jobId: `${stream}-${timepoint}` });
}

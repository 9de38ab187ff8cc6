// A request to read a stream again never changes. Each requested position is a job of its own, and the ingestor that
// holds the stream removes exactly the jobs that it has read. Example: 105 is requested and read, and 103 is requested
// before 105 is removed. 103 stays, and is read at the next look.
import type { RewindJob } from '../contract/job.ts';
import type { Timepoint } from '../contract/timepoint.ts';
import { PAUSED } from './bullmq-workarounds.ts';
import { catalogue } from './catalogue.ts';
import { depthOf, untakenIn } from './depth.ts';
import type { Job, JobType, Queues } from './queues.ts';

/** The states of an open request. */
const OPEN: JobType[] = ['waiting', PAUSED, 'prioritized', 'delayed'];
/** At most this many requests are read at one look. The others are read at the next. */
const MAX_REQUESTS = 500;

/** The open requests to read a stream again. */
export async function readRewinds({ rewinds }: Queues, stream: string): Promise<Job<RewindJob>[]> {
  // Most of the time there are none, and a count is cheap.
  if (untakenIn(await depthOf(rewinds)) === 0) return [];
  const jobs = await rewinds.getJobs(OPEN, 0, MAX_REQUESTS - 1);
  // A job that was removed between the two reads of BullMQ is undefined.
  return jobs.filter((job) => job?.name === stream);
}

/** Requests that the ingestor of a stream reads it again from a timepoint. A repeated request changes nothing. */
export async function requestRewind(
  { rewinds }: Queues,
  stream: string,
  timepoint: Timepoint,
): Promise<void> {
  await rewinds.add(stream, { timepoint }, { jobId: catalogue.rewinds.jobId({ stream, timepoint }) });
}

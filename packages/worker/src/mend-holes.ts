import type { Logger } from '@timepoint/shared/logger';
import type { Queues } from '@timepoint/shared/queues';
import { parseTimepoint } from '@timepoint/shared/timepoint';
import type { Database } from './database.ts';
import type { Metrics } from './metrics.ts';
import { countAttempt, type DownstreamHole, noteDownstreamHoles } from './store/note-downstream-holes.ts';

const MAX_REWINDS_PER_HOLE = 3;
/** Jobs looked through for one that fills a hole; with more than these open, the hole may just be waiting. */
const MAX_JOBS_LOOKED_AT = 1_000;

export interface MendOptions {
  readonly queues: Queues;
  readonly database: Database;
  /** How long a gap must last before it is taken for a loss, in seconds. */
  readonly graceSeconds: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Looks for events that were read but never arrived in the database, and that no job will bring: their
 * stream is read again from the start of the hole, at most three times for each hole.
 */
export async function mendHoles({
  queues,
  database,
  graceSeconds,
  metrics,
  logger,
}: MendOptions): Promise<void> {
  for (const hole of await noteDownstreamHoles(database, graceSeconds)) {
    const { stream, after, up_to: upTo, attempts } = hole;
    if (await isOnItsWay(queues, hole)) continue;
    if (attempts >= MAX_REWINDS_PER_HOLE) {
      logger.error(
        { stream, after, upTo, attempts },
        'a hole stays open: reading the stream again did not fill it',
      );
      continue;
    }
    const timepoint = parseTimepoint(after);
    if (timepoint === null) continue;
    await queues.rewinds.add(stream, { timepoint }, { jobId: stream });
    await countAttempt(database, hole);
    metrics.rewinds.inc({ stream });
    logger.error(
      { stream, after, upTo },
      'events were lost between the queue and the database: reading them again',
    );
  }
}

async function isOnItsWay(queues: Queues, { stream, after, up_to: upTo }: DownstreamHole): Promise<boolean> {
  if ((await queues.rewinds.getJob(stream)) !== undefined) return true;
  const jobs = await queues.events.getJobs(
    ['waiting', 'active', 'delayed', 'prioritized'],
    0,
    MAX_JOBS_LOOKED_AT,
  );
  const fills = jobs.some(
    (job) => job?.data.stream === stream && job.data.after < upTo && job.data.upTo > after,
  );
  return fills || jobs.length > MAX_JOBS_LOOKED_AT;
}

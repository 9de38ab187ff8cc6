import { acceptLost } from '@timepoint/database/coverage/accept-lost';
import {
  countAttempt,
  type DownstreamHole,
  noteDownstreamHoles,
} from '@timepoint/database/coverage/note-downstream-holes';
import { readLatestEpochs } from '@timepoint/database/coverage/read-epochs';
import type { Database } from '@timepoint/database/pool';
import type { EventsJob } from '@timepoint/shared/contract/job';
import { parseTimepoint } from '@timepoint/shared/contract/timepoint';
import type { Logger } from '@timepoint/shared/platform/logger';
import { depthOf, untakenIn } from '@timepoint/shared/queues/depth';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readRewinds, requestRewind } from '@timepoint/shared/queues/rewinds';
import type { Metrics } from '../metrics.ts';

const MAX_REWINDS_PER_HOLE = 3;
/**
 * The number of jobs that are searched for one that fills a hole: each can be a quarter of a megabyte. With more open jobs
 * than this, the missing events may still wait in the queue.
 */
const MAX_JOBS_LOOKED_AT = 50;

export interface RepairOptions {
  readonly queues: Queues;
  readonly database: Database;
  /** How long a gap must last before it counts as a loss, in seconds. */
  readonly graceSeconds: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Finds events that were read but did not arrive in the database, and that no open job contains. Their stream is read again
 * from the start of the hole, at most three times for each hole. Events of an epoch that has ended can't be read again: their
 * hole is accepted, and stays recorded.
 */
export async function repairHoles({
  queues,
  database,
  graceSeconds,
  metrics,
  logger,
}: RepairOptions): Promise<void> {
  const holes = await noteDownstreamHoles(database, graceSeconds);
  const jobs = holes.length === 0 ? [] : await readOpenJobs(queues);
  if (jobs === null) return;
  const epochs = holes.length === 0 ? [] : await readLatestEpochs(database);
  for (const hole of holes) {
    const { stream, after, up_to: upTo, attempts } = hole;
    if (jobs.some((job) => fills(job, hole))) continue;
    const latest = epochs.find((epoch) => epoch.stream === stream);
    if (latest !== undefined && upTo < latest.first) {
      await acceptLost(database, hole);
      logger.error(
        { stream, after, upTo },
        'events of an earlier epoch were lost: they can not be read again',
      );
      continue;
    }
    if ((await readRewinds(queues, stream)).length > 0) continue;
    if (attempts >= MAX_REWINDS_PER_HOLE) {
      logger.error(
        { stream, after, upTo, attempts },
        'a hole stays open: reading the stream again did not fill it',
      );
      continue;
    }
    // The publisher has no event before the first of the epoch.
    const timepoint = parseTimepoint(Math.max(after, latest?.first ?? 0));
    if (timepoint === null) continue;
    await requestRewind(queues, stream, timepoint);
    await countAttempt(database, hole);
    metrics.rewinds.inc({ stream });
    logger.error(
      { stream, after, upTo },
      'events were lost between the queue and the database: reading them again',
    );
  }
}

/** The jobs of live events that are not done; null when there are too many to search. */
async function readOpenJobs({ events }: Queues): Promise<readonly EventsJob[] | null> {
  const depth = await depthOf(events);
  if (untakenIn(depth) + depth.active > MAX_JOBS_LOOKED_AT) return null;
  const jobs = await events.getJobs(
    ['waiting', 'active', 'delayed', 'prioritized'],
    0,
    MAX_JOBS_LOOKED_AT - 1,
  );
  return jobs.flatMap((job) => job?.data ?? []);
}

function fills({ stream, after, upTo }: EventsJob, hole: DownstreamHole): boolean {
  return stream === hole.stream && after < hole.up_to && upTo > hole.after;
}

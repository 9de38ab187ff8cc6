import type { StreamJob } from '@timepoint/shared/job';
import type { Queues } from '@timepoint/shared/queues';
import type { StreamName } from '@timepoint/shared/streams';
import { parseTimepoint } from '@timepoint/shared/timepoint';
import type { Database } from './database.ts';
import { type ResumePoint, readResumePoints } from './store/read-resume-points.ts';

/**
 * Adds the jobs of the queue `streams` that are missing, each with the resume timepoint that the coverage
 * proves. A queue that forgot everything heals by this; one that knows better is left alone.
 * @returns the streams that were added.
 */
export async function registerStreams(
  queues: Queues,
  database: Database,
  streams: readonly StreamName[],
): Promise<StreamName[]> {
  const missing: StreamName[] = [];
  for (const stream of streams) {
    if ((await queues.streams.getJob(stream)) === undefined) missing.push(stream);
  }
  if (missing.length === 0) return [];
  const points = await readResumePoints(database);
  for (const stream of missing) {
    await queues.streams.add(stream, resumeFrom(points.find((point) => point.stream === stream)), {
      jobId: stream,
    });
  }
  return missing;
}

function resumeFrom(point: ResumePoint | undefined): StreamJob {
  const origin = parseTimepoint(point?.origin);
  const watermark = parseTimepoint(point?.watermark);
  if (point === undefined || origin === null || watermark === null) return {};
  // Right at the origin nothing is held yet, and the first event of the history is the one to ask for.
  const timepoint = parseTimepoint(watermark === origin ? origin + 1 : watermark) ?? watermark;
  return { timepoint, origin };
}

import { type ResumePoint, readResumePoints } from '@timepoint/database/coverage/read-coverage';
import { readLatestEpochs } from '@timepoint/database/coverage/read-epochs';
import type { Database } from '@timepoint/database/pool';
import { epochOf } from '@timepoint/shared/contract/epoch';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { parseTimepoint } from '@timepoint/shared/contract/timepoint';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Queues } from '@timepoint/shared/queues/queues';
import { requestEpoch } from '@timepoint/shared/queues/request-epoch';

/**
 * Adds the missing jobs of the queue `streams`, each with the resume timepoint that the coverage proves. This restores a queue
 * that was wiped. A job that is there keeps its timepoint, unless that is of an epoch before the latest one.
 * @returns the streams that were added.
 */
export async function registerStreams(
  queues: Queues,
  database: Database,
  streams: readonly StreamName[],
): Promise<StreamName[]> {
  const missing: StreamName[] = [];
  const positions = new Map<StreamName, number>();
  for (const stream of streams) {
    const job = await queues.streams.getJob(stream);
    if (job === undefined) missing.push(stream);
    else if (job.data.timepoint !== undefined) positions.set(stream, job.data.timepoint);
  }
  await requestEpochs(queues, database, positions);
  if (missing.length === 0) return [];
  const points = await readResumePoints(database);
  for (const stream of missing) {
    await queues.streams.add(stream, resumeFrom(points.find((point) => point.stream === stream)), {
      jobId: catalogue.streams.jobId(stream),
    });
  }
  return missing;
}

/** Requests the latest epoch again. A kill between the commit of an epoch and its request must not stop the stream. */
async function requestEpochs(
  queues: Queues,
  database: Database,
  positions: ReadonlyMap<StreamName, number>,
): Promise<void> {
  if (positions.size === 0) return;
  const epochs = await readLatestEpochs(database);
  for (const [stream, position] of positions) {
    const latest = epochs.find((epoch) => epoch.stream === stream);
    const first = parseTimepoint(latest?.first);
    if (latest !== undefined && first !== null && epochOf(position) < latest.epoch)
      await requestEpoch(queues, stream, first);
  }
}

function resumeFrom(point: ResumePoint | undefined): StreamJob {
  const origin = parseTimepoint(point?.origin);
  const watermark = parseTimepoint(point?.watermark);
  if (point === undefined || origin === null || watermark === null) return {};
  // When nothing is stored yet, the stream starts from the first event of its history.
  const first = point.beginning + 1;
  const timepoint = parseTimepoint(Math.max(watermark, first)) ?? watermark;
  return { timepoint, origin };
}

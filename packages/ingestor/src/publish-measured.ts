import { type Hole, MAX_BATCH_BYTES } from '@timepoint/shared/contract/job';
import type { Logger } from '@timepoint/shared/platform/logger';
import { inSpan } from '@timepoint/shared/platform/span';
import type { Batch } from './batch.ts';
import { ConnectionEnded } from './ending.ts';
import type { Metrics } from './metrics.ts';
import { type HighWater, isAboveNow } from './open-work.ts';
import { type Destination, publish } from './publish.ts';

export interface Measures {
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Publishes a batch, and counts and logs it.
 * @throws as `publish` does.
 */
export async function publishMeasured(
  { metrics, logger }: Measures,
  destination: Destination,
  batch: Batch,
): Promise<void> {
  const { stream, connection } = destination;
  const { after, upTo, bytes, holes } = batch;
  const events = batch.lines.length;
  const attributes = { stream, connection, after, upTo, events, bytes };
  const stopTimer = metrics.publishSeconds.startTimer({ stream });
  const job = await inSpan('publish', { kind: 'producer', attributes }, () => publish(destination, batch));
  stopTimer();
  metrics.publishedEvents.observe({ stream }, events);
  metrics.publishedBytes.observe({ stream }, bytes);
  metrics.resumeTimepoint.set({ stream }, upTo);
  logger.debug({ job, after, upTo, events, bytes }, 'batch published');
  for (const hole of holes) reportHole(hole, stream, { metrics, logger });
}

/**
 * Publishes a batch, and checks the high-water mark at once after a large one, as many can come in a second.
 * @throws the ending `high-water`, so the lines that wait in memory are read again later.
 */
export async function publishBelowMark(
  options: Measures & HighWater,
  destination: Destination,
  batch: Batch,
): Promise<void> {
  const { queues, streamJob } = destination;
  const before = streamJob.data.timepoint;
  await publishMeasured(options, destination, batch);
  // The event of the stored position comes at each connection: if it alone ended them, none would get further.
  const hasMoved = streamJob.data.timepoint !== before;
  if (hasMoved && batch.bytes > MAX_BATCH_BYTES && (await isAboveNow(queues, streamJob, options)))
    throw new ConnectionEnded({ kind: 'high-water' });
}

function reportHole(hole: Hole, stream: string, { metrics, logger }: Measures): void {
  metrics.holesAccepted.inc({ stream, cause: hole.cause });
  logger.error({ hole }, 'events are missing from the stream; the hole is recorded');
}

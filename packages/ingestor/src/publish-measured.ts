import type { Hole } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import { inSpan } from '@timepoint/shared/span';
import type { Batch } from './batch.ts';
import type { Metrics } from './metrics.ts';
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

function reportHole(hole: Hole, stream: string, { metrics, logger }: Measures): void {
  metrics.holesAccepted.inc({ stream, cause: hole.cause });
  logger.error({ hole }, 'events are missing from the stream; the hole is recorded');
}

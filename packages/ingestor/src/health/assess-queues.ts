import { assessQueues } from '@timepoint/shared/monitoring/assess';
import type { Judge } from '@timepoint/shared/monitoring/assessment';
import type { QueueLimits } from '@timepoint/shared/monitoring/finding';
import { inTime, oneAtATime } from '@timepoint/shared/platform/in-time';
import type { Queues } from '@timepoint/shared/queues/queues';
import { READ_DEADLINE_MS, readQueues } from '@timepoint/shared/queues/read-queues';

/**
 * Judges the system by its queues alone, as an ingestor has no database: it can tell that events wait and nobody
 * applies them, also when no worker is left to tell it.
 */
export function judgingQueues(queues: Queues, limits: QueueLimits): Judge {
  const askQueues = oneAtATime(() => readQueues(queues));
  return async () => {
    const reading = await inTime(askQueues(), READ_DEADLINE_MS);
    return {
      findings: assessQueues(reading, Date.now(), limits),
      canReachQueues: reading !== null,
      canReachDatabase: null,
    };
  };
}

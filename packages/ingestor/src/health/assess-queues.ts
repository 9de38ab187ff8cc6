import { assessQueues } from '@timepoint/shared/monitoring/assess';
import type { AssessNow } from '@timepoint/shared/monitoring/assessment';
import type { QueueLimits } from '@timepoint/shared/monitoring/finding';
import { inTime, oneAtATime } from '@timepoint/shared/platform/in-time';
import type { Queues } from '@timepoint/shared/queues/queues';
import { READ_DEADLINE_MS, readQueues } from '@timepoint/shared/queues/read-queues';

/**
 * Assesses the system from its queues alone, because an ingestor has no database. It finds that events wait and are not
 * applied, even when no worker runs.
 */
export function assessingQueues(queues: Queues, limits: QueueLimits): AssessNow {
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

import type { SystemReading } from './assess.ts';
import { inTime } from './in-time.ts';
import type { Queues } from './queues.ts';
import { READ_DEADLINE_MS, readQueues } from './read-queues.ts';
import type { StreamStatus } from './stream-status.ts';

export interface ReadSystemOptions {
  /** Null when they could not be opened. */
  readonly queues: Queues | null;
  /** Reads the view `ingest.status`. */
  readonly readStatus: () => Promise<readonly StreamStatus[]>;
}

/** Reads all that is known now. A store that can't be reached, or gives no answer in time, leaves its part null. */
export async function readSystem({ queues, readStatus }: ReadSystemOptions): Promise<SystemReading> {
  const [ofQueues, statuses] = await Promise.all([
    queues === null ? null : inTime(readQueues(queues), READ_DEADLINE_MS),
    inTime(readStatus(), READ_DEADLINE_MS),
  ]);
  return { at: Date.now(), queues: ofQueues, statuses };
}

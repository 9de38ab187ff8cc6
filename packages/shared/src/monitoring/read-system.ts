import type { StreamStatus } from '../contract/stream-status.ts';
import { outcomeInTime } from '../platform/in-time.ts';
import { type QueuesReading, READ_DEADLINE_MS } from '../queues/read-queues.ts';
import type { SystemReading } from './assess.ts';

/** What the database says of itself. */
export interface LedgerReading {
  /** The view `ingest.status`. */
  readonly statuses: readonly StreamStatus[];
  /** What Postgres says when it refuses to write; null while it writes, or when that can't be known. */
  readonly writeRefusal: string | null;
}

export interface ReadSystemOptions {
  /** Rejects when the queues can't be reached, or take nothing. */
  readonly readQueues: () => Promise<QueuesReading>;
  readonly readLedger: () => Promise<LedgerReading>;
  /** A store that takes longer, in ms, can't be reached for now. */
  readonly deadlineMs?: number;
}

/**
 * Reads all that is known now. A store that can't be reached, or gives no answer in time, leaves its part null and says
 * why.
 */
export async function readSystem({
  readQueues,
  readLedger,
  deadlineMs = READ_DEADLINE_MS,
}: ReadSystemOptions): Promise<SystemReading> {
  const [queues, ledger] = await Promise.all([
    outcomeInTime(readQueues(), deadlineMs),
    outcomeInTime(readLedger(), deadlineMs),
  ]);
  return {
    at: Date.now(),
    queues: queues.value,
    queuesFailure: queues.failure && explain(queues.failure),
    statuses: ledger.value?.statuses ?? null,
    databaseFailure: ledger.failure,
    writeRefusal: ledger.value?.writeRefusal ?? null,
  };
}

/** ioredis says of a lost connection how it is set up, which helps nobody. */
function explain(failure: string): string {
  return failure.startsWith("Stream isn't writeable") ? 'the connection is lost' : failure;
}

import type { StreamStatus } from '../contract/stream-status.ts';
import { outcomeInTime } from '../platform/in-time.ts';
import { type QueuesReading, READ_DEADLINE_MS } from '../queues/read-queues.ts';
import type { SystemReading } from './assess.ts';

/** The state of the copy, as the database reports it. */
export interface LedgerReading {
  /** The rows of the view `ingest.status`. */
  readonly statuses: readonly StreamStatus[];
  /** The error with which Postgres refuses to write; null while it writes, or when that can't be known. */
  readonly writeRefusal: string | null;
}

export interface ReadSystemOptions {
  /** Rejects when the queues can't be reached, or take no writes. */
  readonly readQueues: () => Promise<QueuesReading>;
  readonly readLedger: () => Promise<LedgerReading>;
  /** A store that takes longer than this counts as one that can't be reached, in ms. */
  readonly deadlineMs?: number;
}

/**
 * Reads the state of the system now. When a store can't be reached, or gives no answer in time, its part is null and
 * its failure says why.
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

/** The message of ioredis for a lost connection is about its own settings, which does not help the operator. */
function explain(failure: string): string {
  return failure.startsWith("Stream isn't writeable") ? 'the connection is lost' : failure;
}

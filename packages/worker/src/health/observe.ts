// What a scrape shows of the whole system: the queues and the ledger, as they are now. Every worker sees the same. A
// scrape must cost little and must never fail or hang, whatever the stores do, or the alerts would be blind just then.

import { countHoles, type HoleCount } from '@timepoint/database/coverage/count-holes';
import { countOpenLetters, type LetterCount } from '@timepoint/database/letters/read-letters';
import type { Database } from '@timepoint/database/pool';
import { type RunningImports, readImports, sumImports } from '@timepoint/database/snapshots/read-imports';
import { readStatus } from '@timepoint/database/status/read-status';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import { inTime, oneAtATime } from '@timepoint/shared/platform/in-time';
import type { Queues } from '@timepoint/shared/queues/queues';
import { type QueuesReading, READ_DEADLINE_MS, readQueues } from '@timepoint/shared/queues/read-queues';

/** What the database tells. */
export interface Ledger {
  /** A row for each stream that has a history. */
  readonly statuses: readonly StreamStatus[];
  readonly holes: readonly HoleCount[];
  readonly letters: readonly LetterCount[];
  readonly imports: readonly RunningImports[];
}

export interface Observation {
  /** When it was made, in ms since the epoch. */
  readonly at: number;
  /** Null when the queues can't be reached. */
  readonly queues: QueuesReading | null;
  /** Null when the database can't be reached. */
  readonly ledger: Ledger | null;
}

export type Observe = () => Promise<Observation>;

/** An observation serves all gauges of a scrape, and scrapes that follow within this, in ms. */
const KEEP_MS = 5_000;

export interface ObservingOptions {
  readonly queues: Queues;
  readonly database: Database;
  /** How long an observation is good for, in ms. */
  readonly keepMs?: number;
  /** A store that takes longer, in ms, can't be reached for now. */
  readonly deadlineMs?: number;
}

/**
 * Observes the system when it is asked: at most every five seconds and never twice at a time. A store that gives no
 * answer in time is left out, and not asked again before it has answered or failed.
 */
export function observing({
  queues,
  database,
  keepMs = KEEP_MS,
  deadlineMs = READ_DEADLINE_MS,
}: ObservingOptions): Observe {
  const askQueues = oneAtATime(() => readQueues(queues));
  const askDatabase = oneAtATime(() => readLedger(database));
  let latest: Promise<Observation> | null = null;
  let expiresAt = 0;
  const look = async (): Promise<Observation> => {
    const [ofQueues, ledger] = await Promise.all([
      inTime(askQueues(), deadlineMs),
      inTime(askDatabase(), deadlineMs),
    ]);
    expiresAt = performance.now() + keepMs;
    return { at: Date.now(), queues: ofQueues, ledger };
  };
  return () => {
    if (latest !== null && performance.now() < expiresAt) return latest;
    expiresAt = Number.POSITIVE_INFINITY;
    latest = look();
    return latest;
  };
}

/** One statement after the other: a scrape takes no more than one connection. */
async function readLedger(database: Database): Promise<Ledger> {
  return {
    statuses: await readStatus(database),
    holes: await countHoles(database),
    letters: await countOpenLetters(database),
    imports: sumImports(await readImports(database)),
  };
}

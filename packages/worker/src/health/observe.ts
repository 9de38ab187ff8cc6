// A scrape shows the whole system: the current state of the queues and of the ledger. Every worker shows the same. A scrape
// must cost little, and must not fail or hang when a store does: the alerts need it most then.

import { countHoles, type HoleCount } from '@timepoint/database/coverage/count-holes';
import { countOpenLetters, type LetterCount } from '@timepoint/database/letters/read-letters';
import type { Database } from '@timepoint/database/pool';
import { type RunningImports, readImports, sumImports } from '@timepoint/database/snapshots/read-imports';
import { readStatus } from '@timepoint/database/status/read-status';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import { inTime, oneAtATime } from '@timepoint/shared/platform/in-time';
import type { Queues } from '@timepoint/shared/queues/queues';
import { type QueuesReading, READ_DEADLINE_MS, readQueues } from '@timepoint/shared/queues/read-queues';

/** What the database shows. */
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

/** One observation serves all gauges of a scrape, and further scrapes within this time, in ms. */
const KEEP_MS = 5_000;

export interface ObservingOptions {
  readonly queues: Queues;
  readonly database: Database;
  /** How long an observation is used, in ms. */
  readonly keepMs?: number;
  /** A store that takes longer than this, in ms, counts as unreachable. */
  readonly deadlineMs?: number;
}

/**
 * Makes the function that observes the system: at most every five seconds and never twice at a time. A store that does not
 * answer in time is left out, and is not asked again before it has answered or failed.
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

/** Runs one statement after the other, so that a scrape takes only one connection. */
async function readLedger(database: Database): Promise<Ledger> {
  return {
    statuses: await readStatus(database),
    holes: await countHoles(database),
    letters: await countOpenLetters(database),
    imports: sumImports(await readImports(database)),
  };
}

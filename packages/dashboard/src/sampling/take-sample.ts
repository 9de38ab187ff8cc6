import { countOpenLetters, type LetterCount } from '@timepoint/database/letters/read-letters';
import type { Sql } from '@timepoint/database/pool';
import type { Database } from '@timepoint/database/read-only-pool';
import { type ImportRow, readImports } from '@timepoint/database/snapshots/read-imports';
import { findWriteRefusal } from '@timepoint/database/status/find-write-refusal';
import { readActivity, readStatus } from '@timepoint/database/status/read-status';
import { readStatusChanges, type StatusChange } from '@timepoint/database/status-changes/read-status-changes';
import { type Assessment, assess, type SystemReading } from '@timepoint/shared/monitoring/assess';
import type { Limits } from '@timepoint/shared/monitoring/finding';
import { type LedgerReading, readSystem } from '@timepoint/shared/monitoring/read-system';
import { type Outcome, oneAtATime, outcomeInTime } from '@timepoint/shared/platform/in-time';
import type { Queues } from '@timepoint/shared/queues/queues';
import { READ_DEADLINE_MS, readQueues } from '@timepoint/shared/queues/read-queues';
import { type HourlyActivity, hourlyActivity, ratesOf, recent, type Standing, standingOf } from './rates.ts';
import { readOldestJobs } from './read-oldest-jobs.ts';
import type { Failures } from './report-failures.ts';

/** Everything that the status page shows of one moment. Values of a store that can't be reached are null. */
export interface Sample {
  readonly reading: SystemReading;
  readonly assessment: Assessment;
  /** Events per second by stream. */
  readonly rates: ReadonlyMap<string, number>;
  readonly activity: ReadonlyMap<string, HourlyActivity> | null;
  readonly oldestJobs: ReadonlyMap<string, number> | null;
  readonly letters: readonly LetterCount[] | null;
  readonly imports: readonly ImportRow[] | null;
  readonly changes: readonly StatusChange[] | null;
  /** Why the parts that are null could not be read, by part, unless the loss of their store is a finding. */
  readonly failures: Failures;
}

export interface SampleSources {
  readonly queues: Queues;
  readonly database: Database;
  /** A connection that may write, to learn whether Postgres does. */
  readonly writeProbe: Sql;
  readonly limits: Limits;
  /** Called with everything of each sample that could not be read. */
  readonly report: (failures: Failures) => void;
}

const STATUS_CHANGES = 10;

/** Creates the function that takes samples. It remembers where the streams stood, for the rates: use one for all. */
export function createTakeSample({
  queues,
  database,
  writeProbe,
  limits,
  report,
}: SampleSources): () => Promise<Sample> {
  let history: readonly Standing[] = [];
  const readLedger = oneAtATime(ledgerReader(database, writeProbe));
  const askQueues = oneAtATime(() => readQueues(queues));
  return async () => {
    const [reading, oldestJobs, activity, letters, imports, changes] = await Promise.all([
      readSystem({ readQueues: askQueues, readLedger }),
      inTime(readOldestJobs(queues)),
      inTime(readActivity(database)),
      inTime(countOpenLetters(database)),
      inTime(readImports(database)),
      inTime(readStatusChanges(database, STATUS_CHANGES)),
    ]);
    const { queuesFailure = null, databaseFailure = null } = reading;
    const ofQueues = failuresOf({ 'oldest jobs': oldestJobs });
    const ofDatabase = failuresOf({ activity, letters, imports, 'status changes': changes });
    report({
      ...(queuesFailure === null ? ofQueues : { queues: queuesFailure }),
      ...(databaseFailure === null ? ofDatabase : { database: databaseFailure }),
    });
    if (reading.statuses !== null)
      history = recent([...history, standingOf(reading.at, reading.statuses)], reading.at);
    return {
      reading,
      assessment: assess(reading, limits),
      rates: reading.statuses === null ? new Map() : ratesOf(history),
      activity: activity.value && hourlyActivity(activity.value, reading.at),
      oldestJobs: oldestJobs.value,
      letters: letters.value,
      imports: imports.value,
      changes: changes.value,
      failures: {
        ...(reading.queues === null ? {} : ofQueues),
        ...(reading.statuses === null ? {} : ofDatabase),
      },
    };
  };
}

function inTime<Value>(answer: Promise<Value>): Promise<Outcome<Value>> {
  return outcomeInTime(answer, READ_DEADLINE_MS);
}

function failuresOf(outcomes: Readonly<Record<string, Outcome<unknown>>>): Failures {
  const failed = Object.entries(outcomes).flatMap(([part, { failure }]) =>
    failure === null ? [] : [[part, failure] as const],
  );
  return Object.fromEntries(failed);
}

/** The pause between two checks whether Postgres accepts writes, in ms. Each check writes. */
const PROBE_INTERVAL_MS = 10_000;

/** Reads the ledger, and now and then checks whether Postgres accepts writes. */
function ledgerReader(database: Database, writeProbe: Sql): () => Promise<LedgerReading> {
  let probedAt = Number.NEGATIVE_INFINITY;
  let writeRefusal: string | null = null;
  return async () => {
    const statuses = await readStatus(database);
    if (performance.now() - probedAt > PROBE_INTERVAL_MS || writeRefusal !== null) {
      writeRefusal = await findWriteRefusal(writeProbe);
      probedAt = performance.now();
    }
    return { statuses, writeRefusal };
  };
}

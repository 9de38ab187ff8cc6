// Assesses whether the copy is live and whether it is exact. The command line, the dashboard and the alerts use the
// same pure function, so they never differ. Example: with nine streams open and one letter open, the copy is live and
// not exact, and there is one note. Ten open letters are a warning, of which people are notified.

import type { StreamStatus } from '../contract/stream-status.ts';
import { span } from '../platform/time-span.ts';
import { catalogue } from '../queues/catalogue.ts';
import type { ConnectionBudget } from '../queues/connection-budget.ts';
import type { QueueDepth } from '../queues/depth.ts';
import type { QueuesReading } from '../queues/read-queues.ts';
import { findInStream } from './assess-stream.ts';
import type { Finding, FindingKind, Limits, QueueLimits } from './finding.ts';

/** All that is known of the system at one moment. */
export interface SystemReading {
  /** In ms since the epoch, like all moments here. */
  readonly at: number;
  /** Null when the queues can't be reached. */
  readonly queues: QueuesReading | null;
  /** A row for each stream that has a history; null when the database can't be reached. */
  readonly statuses: readonly StreamStatus[] | null;
  /** Why the queues, or the database, can't be reached; null when the reason is not known. */
  readonly queuesFailure?: string | null;
  readonly databaseFailure?: string | null;
  /** The error with which Postgres refuses to write; null while it writes, or when that can't be known. */
  readonly writeRefusal?: string | null;
}

export interface Assessment {
  /** Every followed stream is connected, and nothing waits too long. */
  readonly isLive: boolean;
  /**
   * Everything that arrived is in the tables: no hole and no dead letter is open. Null when that can't be known: a
   * store can't be reached, or Postgres refuses to write, so that holes and letters may not be recorded.
   */
  readonly isExact: boolean | null;
  readonly findings: readonly Finding[];
}

/** Finds what is wrong. Pure; `reading.at` is the present. */
export function assess(reading: SystemReading, limits: Limits): Assessment {
  const { queues, statuses, writeRefusal = null } = reading;
  const findings = [
    ...(queues === null
      ? [because(QUEUES_LOST, reading.queuesFailure)]
      : assessQueues(queues, reading.at, limits)),
    ...(statuses === null
      ? [because(DATABASE_LOST, reading.databaseFailure)]
      : findInDatabase(statuses, limits)),
    ...(writeRefusal === null ? [] : [because(WRITES_REFUSED, writeRefusal)]),
  ];
  return {
    isLive: !findings.some(({ kind }) => LIVE_KINDS.includes(kind)),
    isExact:
      statuses === null || queues === null || writeRefusal !== null
        ? null
        : statuses.every(({ open_holes, open_dead_letters }) => open_holes + open_dead_letters === 0) &&
          failedIn(queues).every(({ name }) => name !== catalogue.events.name) &&
          !findings.some(({ kind }) => kind === 'counted-anew'),
    findings,
  };
}

/**
 * Finds what is wrong from the queues alone. Pure; `at` is the present. `queues` is null when they can't be reached.
 */
export function assessQueues(
  queues: QueuesReading | null,
  at: number,
  limits: QueueLimits,
): readonly Finding[] {
  return queues === null ? [QUEUES_LOST] : findInQueues(queues, at, limits);
}

const LIVE_KINDS: readonly FindingKind[] = [
  'queue-unreachable',
  'database-unreachable',
  'not-registered',
  'stream-down',
  'stream-silent',
  'counted-anew',
  'position-expiring',
  'behind',
  'store-failing',
];

const QUEUES_LOST: Finding = {
  kind: 'queue-unreachable',
  stream: null,
  severity: 'critical',
  text: 'The queues can not be reached: nothing new can arrive. Check that Redis runs and takes what is written, and REDIS_URL.',
};

const DATABASE_LOST: Finding = {
  kind: 'database-unreachable',
  stream: null,
  severity: 'critical',
  text: 'Postgres can not be reached: events wait in the queue. Check that it runs, its disk, and DATABASE_URL.',
};

const WRITES_REFUSED: Finding = {
  kind: 'store-failing',
  stream: null,
  severity: 'critical',
  text: 'Postgres refuses to write: events wait in the queue. Check its disk, its locks, and whether it is read-only or a standby.',
};

/** Adds the reason, when it is known, to a finding about a store. */
function because(finding: Finding, reason: string | null | undefined): Finding {
  return reason ? { ...finding, text: `${finding.text} The reason: ${reason}` } : finding;
}

function findInQueues(queues: QueuesReading, at: number, limits: QueueLimits): Finding[] {
  const registered = queues.streams.filter(({ hold }) => hold !== 'unregistered');
  if (registered.length === 0) {
    const text = 'No stream is registered. Start a worker: it registers the streams of CH_STREAMS.';
    return [{ kind: 'not-registered', stream: null, severity: 'critical', text }, ...findFailedJobs(queues)];
  }
  return [
    ...registered.flatMap((hold) => findInStream(hold, queues.isBudgetUsed, at, limits)),
    ...findFewerConnections(queues.budget, at),
    ...findBehind(queues, at, limits),
    ...findFailedJobs(queues),
  ];
}

/**
 * Queues with failed jobs. A failed job of `dead-letters` is left out: it is an open letter, which has a finding of its
 * own.
 */
function failedIn({ depths }: QueuesReading): readonly QueueDepth[] {
  return depths.filter(({ name, failed }) => failed > 0 && name !== catalogue.deadLetters.name);
}

function findFailedJobs(queues: QueuesReading): Finding[] {
  const failed = failedIn(queues);
  if (failed.length === 0) return [];
  const parts = failed.map(({ name, failed: jobs }) => `${jobs} of ${name}`);
  const hasEvents = failed.some(({ name }) => name === catalogue.events.name);
  const text =
    `Jobs failed and are kept: ${parts.join(', ')}.${hasEvents ? ' The events in them are not in the tables.' : ''} ` +
    'See why with `timepoint failed-jobs` or in Bull Board, take the cause away, and try them again there.';
  return [{ kind: 'failed-jobs', stream: null, severity: hasEvents ? 'critical' : 'warning', text }];
}

function findFewerConnections(budget: ConnectionBudget | null, at: number): Finding[] {
  if (budget === null || budget.allowed >= budget.configured) return [];
  const { configured, allowed, changedAt } = budget;
  const text =
    `Companies House grants ${allowed} connection(s) on this key and CH_MAX_CONNECTIONS is ${configured}: more were refused (429) ` +
    `or closed the oldest, so ${allowed} are used since ${span(Math.max(0, at - changedAt))} and the streams take turns. End ` +
    `whatever else uses the key, or set CH_MAX_CONNECTIONS to ${allowed} for all ingestors.`;
  return [{ kind: 'fewer-connections', stream: null, severity: 'warning', text }];
}

function findBehind({ oldestEventsAt }: QueuesReading, at: number, { behindMs }: QueueLimits): Finding[] {
  if (oldestEventsAt === null || at - oldestEventsAt <= behindMs) return [];
  const text =
    `Events have waited for ${span(at - oldestEventsAt)} to be applied. Look at the logs of the workers; ` +
    'when they are all busy, start another.';
  return [{ kind: 'behind', stream: null, severity: 'critical', text }];
}

function findInDatabase(statuses: readonly StreamStatus[], limits: Limits): Finding[] {
  const holes = statuses.flatMap(({ stream, open_holes, recent_holes }): Finding[] => {
    if (open_holes > 0) {
      const text = `${stream} has ${open_holes} open hole(s): events that were read did not arrive, and are read again.`;
      return [{ kind: 'hole', stream, severity: 'warning', text }];
    }
    if (recent_holes === 0) return [];
    const text =
      `${stream} has ${recent_holes} hole(s) found in the last 24 hours: Companies House did not deliver these events, ` +
      'even when asked again. They are in ingest.holes; `timepoint rewind` asks once more.';
    return [{ kind: 'hole', stream, severity: 'warning', text }];
  });
  const letters = statuses.reduce((sum, { open_dead_letters }) => sum + open_dead_letters, 0);
  if (letters === 0) return holes;
  const text = `${letters} event(s) could not be applied. See them with \`timepoint dead-letters list\`.`;
  const severity = letters >= limits.deadLetters ? 'warning' : 'note';
  return [...holes, { kind: 'dead-letters', stream: null, severity, text }];
}

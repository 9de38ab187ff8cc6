// Is the copy live, and is it exact? One pure answer for the command line, the dashboard and the alerts, so that they
// never differ. Example: nine streams open, one letter open: live, not exact, one note; with ten letters it is a
// warning, of which people are told.
import { REPORT_EXPIRES_MS, silenceIn } from './connection-report.ts';
import { describeTimepoint } from './epoch.ts';
import type { QueueDepth, QueuesReading, StreamHold } from './read-queues.ts';
import type { StreamStatus } from './stream-status.ts';

/** All that is known at a moment. */
export interface SystemReading {
  /** In ms since the epoch, as all moments here. */
  readonly at: number;
  /** Null when the queues can't be reached. */
  readonly queues: QueuesReading | null;
  /** A row for each stream that has a history; null when the database can't be reached. */
  readonly statuses: readonly StreamStatus[] | null;
  /** Why the queues, or the database, can't be reached, as far as it is known. */
  readonly queuesFailure?: string | null;
  readonly databaseFailure?: string | null;
  /** What Postgres says when it refuses to write; null while it writes, or when that can't be known. */
  readonly writeRefusal?: string | null;
}

export interface QueueLimits {
  /** Without a connection for longer than this, a stream is down, in ms. */
  readonly downMs: number;
  /** Jobs that wait longer than this mean that the copy is behind, in ms. */
  readonly behindMs: number;
}

export interface Limits extends QueueLimits {
  /** So many open dead letters pile up. */
  readonly deadLetters: number;
}

export type FindingKind =
  | 'queue-unreachable'
  | 'database-unreachable'
  | 'not-registered'
  | 'stream-down'
  | 'stream-silent'
  | 'counted-anew'
  | 'position-expiring'
  | 'behind'
  | 'hole'
  | 'dead-letters'
  | 'failed-jobs'
  | 'store-failing';

/** Something that is not as it should be. */
export interface Finding {
  readonly kind: FindingKind;
  /** The stream that it is about; null when it is about all. */
  readonly stream: string | null;
  /** `note`: it may pass, nobody is told; `warning`: to be looked at today; `critical`: now. */
  readonly severity: 'note' | 'warning' | 'critical';
  /** What is the matter, and what helps. */
  readonly text: string;
}

export interface Assessment {
  /** Every followed stream is connected, and nothing waits too long. */
  readonly isLive: boolean;
  /**
   * Everything that arrived is in the tables: no open hole and no open dead letter. Null when that can't be known: a
   * store can't be reached, or Postgres refuses to write, so that holes and letters may be missing too.
   */
  readonly isExact: boolean | null;
  readonly findings: readonly Finding[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Companies House documents that it keeps events so long, in ms … */
export const RETENTION_MS = 72 * HOUR_MS;
/** … and a stream that was not connected for this long is in danger. */
const EXPIRING_MS = 24 * HOUR_MS;

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
          failedIn(queues).every(({ name }) => name !== 'events') &&
          !findings.some(({ kind }) => kind === 'counted-anew'),
    findings,
  };
}

/** Finds what is wrong as far as the queues tell. Pure; `at` is the present, null are queues that can't be reached. */
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

/** Adds the reason that is known to a finding about a store. */
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
    ...findBehind(queues, at, limits),
    ...findFailedJobs(queues),
  ];
}

/** Queues with failed jobs. A failed job of `dead-letters` is an open letter, which is found as such. */
function failedIn({ depths }: QueuesReading): readonly QueueDepth[] {
  return depths.filter(({ name, failed }) => failed > 0 && name !== 'dead-letters');
}

function findFailedJobs(queues: QueuesReading): Finding[] {
  const failed = failedIn(queues);
  if (failed.length === 0) return [];
  const parts = failed.map(({ name, failed: jobs }) => `${jobs} of ${name}`);
  const hasEvents = failed.some(({ name }) => name === 'events');
  const text =
    `Jobs failed and are kept: ${parts.join(', ')}.${hasEvents ? ' The events in them are not in the tables.' : ''} ` +
    'See why with `timepoint failed-jobs` or in Bull Board, take the cause away, and try them again there.';
  return [{ kind: 'failed-jobs', stream: null, severity: hasEvents ? 'critical' : 'warning', text }];
}

function findInStream(hold: StreamHold, isBudgetUsed: boolean, at: number, limits: QueueLimits): Finding[] {
  const { stream, report } = hold;
  const anew = findCountedAnew(hold, at);
  const down = findDown(hold, isBudgetUsed, at, limits);
  if (anew !== null || down !== null) return [anew ?? [], down ?? []].flat();
  const silenceMs = report === null ? null : silenceIn(report);
  if (silenceMs === null) return [];
  const text =
    `${stream} has sent no event for ${span(silenceMs)}, longer than it ever should, although it is connected. ` +
    'Companies House may have stopped publishing: see its status page and its forum.';
  return [{ kind: 'stream-silent', stream, severity: 'warning', text }];
}

function findCountedAnew({ stream, report }: StreamHold, at: number): Finding | null {
  const anew = report?.countedAnew ?? null;
  if (anew === null) return null;
  const seen = anew.seen.map(describeTimepoint).join(', ');
  const text =
    `${stream} is counted anew by Companies House: asked for ${describeTimepoint(anew.asked)} it sent ${seen}. Nothing of ` +
    `it has been applied for ${span(at - anew.since)}, and it is kept there for about ${span(RETENTION_MS)}. When that ` +
    `lasts, begin a new epoch: timepoint epoch begin ${stream} --because "…"`;
  return { kind: 'counted-anew', stream, severity: 'critical', text };
}

/** A stream without a connection. */
export interface Downtime {
  /** Since it was last connected, and so last known to be complete, in ms. */
  readonly ms: number;
  /** It waits for the queue to drain, or for its turn, which is no fault. */
  readonly isWaiting: boolean;
  /** The ingestor that holds it does not report. */
  readonly isLost: boolean;
}

/** Null while a stream has a connection, or is not followed. `at` is the present. */
export function downtimeOf(hold: StreamHold, isBudgetUsed: boolean, at: number): Downtime | null {
  const { report, registeredAt } = hold;
  if (hold.hold === 'unregistered') return null;
  const isHeld = hold.hold === 'held';
  const isLost = isHeld && (report === null || at - report.at > REPORT_EXPIRES_MS);
  if (isHeld && !isLost && report?.state === 'open') return null;
  const since = isLost ? (report?.at ?? registeredAt ?? at) : (report?.downSince ?? registeredAt ?? at);
  const isWaiting = isHeld ? !isLost && report?.state === 'draining' : isBudgetUsed;
  return { ms: at - since, isWaiting, isLost };
}

/** What there is to say of a stream without a connection; null when it has one, or needs none now. */
function findDown(
  hold: StreamHold,
  isBudgetUsed: boolean,
  at: number,
  limits: QueueLimits,
): Finding[] | null {
  const { stream } = hold;
  const downtime = downtimeOf(hold, isBudgetUsed, at);
  if (downtime === null) return null;
  const { ms: downMs, isWaiting, isLost } = downtime;
  const expiring = downMs > EXPIRING_MS ? [expiringPosition(stream, downMs)] : [];
  if (isWaiting) return expiring.length > 0 ? expiring : null;
  const text = `${stream} has had no connection for ${span(downMs)}: ${explain(hold, isLost)}`;
  const severity = downMs > limits.downMs ? 'critical' : 'note';
  return [{ kind: 'stream-down', stream, severity, text }, ...expiring];
}

function expiringPosition(stream: string, downMs: number): Finding {
  const leftMs = RETENTION_MS - downMs;
  const left = leftMs > 0 ? `Time left: ${span(leftMs)}.` : 'That time is over: some may be lost.';
  const text = `${stream} was last connected ${span(downMs)} ago, and Companies House keeps events for about ${span(RETENTION_MS)}. ${left}`;
  return { kind: 'position-expiring', stream, severity: 'critical', text };
}

function explain({ hold, report }: StreamHold, isLost: boolean): string {
  if (hold === 'unheld')
    return (
      'no ingestor has taken it. Start one, and look at CH_STREAMS of those that run. To follow it no more, take it out ' +
      'of CH_STREAMS of all, then run `timepoint unfollow`.'
    );
  if (isLost || report === null)
    return 'the ingestor that holds it does not report. Look at its log and start it again.';
  const { ending, detail } = report;
  const why = ending === null ? 'connecting' : [ending, detail].filter(Boolean).join(', ');
  return `${why}. It is tried again by itself.`;
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

/** A length of time for people: `45 s`, `12 min`, `5 h`, `3 days`. */
export function span(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 2 * 24 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / (24 * HOUR_MS))} days`;
}

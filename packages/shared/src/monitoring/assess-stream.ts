// Finds what is wrong with one stream, from its job in the queue `streams` and the report of its connection.
import { REPORT_EXPIRES_MS, silenceIn } from '../contract/connection-report.ts';
import { describeTimepoint } from '../contract/epoch.ts';
import { span } from '../platform/time-span.ts';
import type { StreamHold } from '../queues/read-queues.ts';
import type { Finding, QueueLimits } from './finding.ts';

const HOUR_MS = 3_600_000;
/** How long Companies House keeps events, according to its documentation, in ms. */
export const RETENTION_MS = 72 * HOUR_MS;
/** A stream that was not connected for this long may soon lose events, in ms. */
const EXPIRING_MS = 24 * HOUR_MS;

/** Finds what is wrong with a stream. Pure; `at` is the present, in ms since the epoch. */
export function findInStream(
  hold: StreamHold,
  isBudgetUsed: boolean,
  at: number,
  limits: QueueLimits,
): Finding[] {
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
  /** The time since it was last connected, and so last known to be complete, in ms. */
  readonly ms: number;
  /** The part of it that is a fault, in ms: no wait by order, and no wait for a turn after the next try was due. */
  readonly faultMs: number;
  /** It waits for the queue to drain, or for its turn. That is not a fault. */
  readonly isWaiting: boolean;
  /** The ingestor that holds it does not report. */
  readonly isLost: boolean;
}

/** Measures how long a stream has had no connection; null while it has one, or is not followed. `at` is the present. */
export function downtimeOf(hold: StreamHold, isBudgetUsed: boolean, at: number): Downtime | null {
  const { report, registeredAt } = hold;
  if (hold.hold === 'unregistered') return null;
  const isHeld = hold.hold === 'held';
  const isLost = isHeld && (report === null || at - report.at > REPORT_EXPIRES_MS);
  if (isHeld && !isLost && report?.state === 'open') return null;
  const since = isLost ? (report?.at ?? registeredAt ?? at) : (report?.downSince ?? registeredAt ?? at);
  const nextTryAt = restsUntil(hold);
  const isWaiting = isHeld ? !isLost && report?.state === 'draining' : isBudgetUsed && nextTryAt === null;
  const faultUntil = isBudgetUsed && nextTryAt !== null ? Math.min(at, nextTryAt) : at;
  return { ms: at - since, faultMs: isWaiting ? 0 : Math.max(0, faultUntil - since), isWaiting, isLost };
}

/**
 * When a stream is due that was given back until its next try, in ms since the epoch, as others wanted its connection; null
 * for any other. It failed, and is not taken before that. Pure.
 */
export function restsUntil({ hold, report }: StreamHold): number | null {
  return hold === 'unheld' && report?.state === 'waiting' ? report.nextTryAt : null;
}

/** Finds what is wrong with a stream without a connection; null when it has one, or needs none now. */
function findDown(
  hold: StreamHold,
  isBudgetUsed: boolean,
  at: number,
  limits: QueueLimits,
): Finding[] | null {
  const { stream } = hold;
  const downtime = downtimeOf(hold, isBudgetUsed, at);
  if (downtime === null) return null;
  const { ms: downMs, faultMs, isWaiting, isLost } = downtime;
  const expiring = downMs > EXPIRING_MS ? [expiringPosition(stream, downMs)] : [];
  if (isWaiting) return expiring.length > 0 ? expiring : null;
  const text = `${stream} has had no connection for ${span(downMs)}: ${explain(hold, { isLost, isBudgetUsed, at })}`;
  const severity = faultMs > limits.downMs ? 'critical' : 'note';
  return [{ kind: 'stream-down', stream, severity, text }, ...expiring];
}

function expiringPosition(stream: string, downMs: number): Finding {
  const leftMs = RETENTION_MS - downMs;
  const left = leftMs > 0 ? `Time left: ${span(leftMs)}.` : 'That time is over: some may be lost.';
  const text = `${stream} was last connected ${span(downMs)} ago, and Companies House keeps events for about ${span(RETENTION_MS)}. ${left}`;
  return { kind: 'position-expiring', stream, severity: 'critical', text };
}

/** So much later than it is due a stream may be taken, in ms: an ingestor looks every few seconds. */
const TAKEN_WITHIN_MS = 30_000;

interface Now {
  readonly isLost: boolean;
  readonly isBudgetUsed: boolean;
  readonly at: number;
}

function explain(hold: StreamHold, { isLost, isBudgetUsed, at }: Now): string {
  const { report } = hold;
  const nextTryAt = restsUntil(hold);
  const isOverdue = nextTryAt === null || (!isBudgetUsed && at - nextTryAt > TAKEN_WITHIN_MS);
  if (hold.hold === 'unheld' && isOverdue)
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

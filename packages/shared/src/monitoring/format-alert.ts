import type { IncidentJob } from '../contract/job.ts';
import { span } from '../platform/time-span.ts';
import type { FindingKind } from './finding.ts';

/** What the webhook receives: a message that Slack and similar services show, and the same as fields for programs. */
export interface Alert {
  /** Plain text, in which `&`, `<` and `>` are escaped as Slack requires. */
  readonly text: string;
  readonly state: 'fired' | 'resolved';
  readonly kind: string;
  /** Null when it is about all streams. */
  readonly stream: string | null;
  readonly severity: 'warning' | 'critical';
  /** When it was found, ISO 8601. */
  readonly since: string;
  /** When it was seen to be over, ISO 8601; null for `fired`. */
  readonly until: string | null;
  /** The section of the docs with the remedy, as a path within the repository. */
  readonly runbook: string;
  /** Which Timepoint: the name in `QUEUE_PREFIX`. */
  readonly installation: string;
  /** The machine of the process that sends it. */
  readonly host: string;
}

/** The process that sends an alert. */
export interface Sender {
  readonly installation: string;
  readonly host: string;
}

/** Formats an incident as an alert. Pure. */
export function formatAlert(incident: IncidentJob, state: Alert['state'], sender: Sender): Alert {
  const { kind, stream, severity, since, calmSince, endedAt } = incident;
  const until = state === 'resolved' ? (calmSince ?? endedAt ?? since) : null;
  const runbook = `docs/operations.md#${kind}`;
  const line =
    until === null
      ? `${severity.toUpperCase()}: ${incident.text}`
      : `RESOLVED after ${span(until - since)}: ${explainEnd(kind, stream)}`;
  return {
    text: escapeForSlack(`[${sender.installation}] ${line} (${runbook})`),
    state,
    kind,
    stream,
    severity,
    since: new Date(since).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    runbook,
    ...sender,
  };
}

const ENDS: Readonly<Record<FindingKind, (stream: string) => string>> = {
  'queue-unreachable': () => 'the queues can be reached.',
  'database-unreachable': () => 'Postgres can be reached.',
  'not-registered': () => 'streams are registered.',
  'stream-down': (stream) => `${stream} is connected, or waits its turn.`,
  'fewer-connections': () => 'CH_MAX_CONNECTIONS connections are used again.',
  'counted-anew': (stream) => `${stream} is read again.`,
  'stream-silent': (stream) => `${stream} sends events.`,
  'position-expiring': (stream) => `${stream} was connected.`,
  behind: () => 'events are applied in time.',
  hole: (stream) => `${stream} has no open hole, and none was found in the last 24 hours.`,
  'dead-letters': () => 'fewer dead letters are open than ALERT_DEAD_LETTERS.',
  'failed-jobs': () => 'no failed job is left.',
  'store-failing': () => 'the database answers, and jobs are taken.',
  'work-failing': () => 'every part of the recurring work succeeds.',
};

function explainEnd(kind: string, stream: string | null): string {
  return ENDS[kind as FindingKind]?.(stream ?? 'every stream') ?? `${kind} is over.`;
}

function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

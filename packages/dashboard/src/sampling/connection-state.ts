import { REPORT_EXPIRES_MS, silenceIn } from '@timepoint/shared/contract/connection-report';
import { RETENTION_MS, restsUntil } from '@timepoint/shared/monitoring/assess-stream';
import { span } from '@timepoint/shared/platform/time-span';
import type { StreamHold } from '@timepoint/shared/queues/read-queues';

/** The state of a stream's connection, for people. */
export interface ConnectionState {
  /** `up`: connected; `down`: it should be, and is not; `resting`: it need not be now. */
  readonly state: 'up' | 'down' | 'resting';
  readonly title: string;
  /** When the state began, in ms since the epoch; null when that is not known. */
  readonly since: number | null;
  /** The reason and what comes next; empty when there is nothing to say. */
  readonly detail: string;
  /** How long the publisher still keeps the events after our position, in ms; null while connected. */
  readonly timeLeftMs: number | null;
}

/** Describes how a stream is connected. Pure; `at` is the present, in ms since the epoch. */
export function connectionState(hold: StreamHold, isBudgetUsed: boolean, at: number): ConnectionState {
  const { report, registeredAt } = hold;
  const downSince = report?.downSince ?? registeredAt;
  const timeLeftMs = downSince === null ? null : RETENTION_MS - (at - downSince);
  if (hold.hold === 'unregistered')
    return { state: 'resting', title: 'not followed', since: null, detail: '', timeLeftMs: null };
  const notConnected = { state: 'down', title: 'not connected', since: downSince, timeLeftMs } as const;
  const nextTryAt = restsUntil(hold);
  if (nextTryAt !== null && nextTryAt > at) return { ...notConnected, detail: reason(hold, at) };
  if (hold.hold === 'unheld')
    return isBudgetUsed
      ? { state: 'resting', title: 'waits for its turn', since: downSince, detail: '', timeLeftMs }
      : { ...notConnected, detail: 'no ingestor has it' };
  if (report === null || at - report.at > REPORT_EXPIRES_MS) {
    const since = report?.at ?? registeredAt;
    const leftMs = since === null ? null : RETENTION_MS - (at - since);
    return {
      state: 'down',
      title: 'unknown',
      since,
      detail: 'its ingestor does not report',
      timeLeftMs: leftMs,
    };
  }
  switch (report.state) {
    case 'open':
      return {
        state: 'up',
        title: 'connected',
        since: report.since,
        detail: lastEvent(hold),
        timeLeftMs: null,
      };
    case 'draining':
      return {
        state: 'resting',
        title: 'waits for the queue to drain',
        since: downSince,
        detail: '',
        timeLeftMs,
      };
    case 'connecting':
    case 'waiting':
    case 'released':
      return { ...notConnected, detail: reason(hold, at) };
  }
}

function lastEvent({ report }: StreamHold): string {
  if (report === null || report.lastEventAt === null) return 'no event yet';
  const silenceMs = silenceIn(report);
  return silenceMs === null ? '' : `silent: no event for ${span(silenceMs)}`;
}

function reason({ report }: StreamHold, at: number): string {
  const why = [report?.ending, report?.detail].filter(Boolean).join(', ');
  if (report?.state === 'connecting') return [why, 'connecting'].filter(Boolean).join('; ');
  const nextTryAt = report?.nextTryAt ?? null;
  const next = nextTryAt === null ? '' : `next try in ${span(Math.max(0, nextTryAt - at))}`;
  return [why, next].filter(Boolean).join('; ');
}

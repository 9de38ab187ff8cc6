// What is known of the connection of one stream, as a pure reducer: state, observation, now → state. Example: a connection
// is answered with 200 and closed before it brings anything. The next one counts as open only from its first heartbeat or
// new event, so a stream that never delivers is reported as down.
import { hostname } from 'node:os';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import { epochOf } from '@timepoint/shared/contract/epoch';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import type { Decision } from './decide.ts';
import { describeEnding } from './describe-ending.ts';
import type { Ending } from './ending.ts';

/** All moments are those of the steady clock, in ms. */
export interface ConnectionState {
  readonly report: ConnectionReport;
  /** When the latest connection was answered with 200; null when it was not. */
  readonly answeredAt: number | null;
  /** A connection was opened and brought nothing, and none has since: an answer of 200 means nothing. */
  readonly isUnproductive: boolean;
  /** The stream is given back until its next try. */
  readonly isResting: boolean;
  /** Grows with each change that is reported at once; the others wait for the next regular report. */
  readonly revision: number;
}

export type Observation =
  /** The job of the stream was taken. `before` is the report of the earlier holder, on the clock of the state. */
  | {
      readonly kind: 'taken';
      readonly before: ConnectionReport | null;
      readonly timepoint: Timepoint | undefined;
      readonly isUnproductive: boolean;
    }
  | { readonly kind: 'connecting'; readonly connection: string }
  | { readonly kind: 'opened' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'in-place' }
  | { readonly kind: 'event' }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly decision: Decision }
  | { readonly kind: 'resting'; readonly delayMs: number }
  /** The report was written to the job. */
  | { readonly kind: 'reported' }
  | { readonly kind: 'closed' };

/** The endings of connections that the publisher opens, and then closes or forgets. */
const CAN_BE_UNPRODUCTIVE: readonly Ending['kind'][] = [
  'clean',
  'idle',
  'network',
  'error-line',
  'not-a-stream',
  'hole',
];

/** The state of a stream that was just taken. `silenceLimitMs` is its longest time without an event, in ms. Pure. */
export function initialState(silenceLimitMs: number, now: number): ConnectionState {
  return {
    report: {
      state: 'connecting',
      since: now,
      downSince: now,
      nextTryAt: null,
      ending: null,
      detail: null,
      countedAnew: null,
      openedAt: null,
      lastByteAt: null,
      lastEventAt: null,
      silenceLimitMs,
      connection: null,
      holder: `${hostname()}:${process.pid}`,
      at: now,
    },
    answeredAt: null,
    isUnproductive: false,
    isResting: false,
    revision: 0,
  };
}

/** The state after an observation at `now`, in ms of the steady clock. Pure. */
export function observe(state: ConnectionState, observation: Observation, now: number): ConnectionState {
  const { report } = state;
  switch (observation.kind) {
    case 'taken':
      return {
        ...state,
        report: takenOver(report, observation),
        isUnproductive: observation.isUnproductive,
      };
    case 'connecting':
      return enter(
        { ...state, answeredAt: null },
        { state: 'connecting', connection: observation.connection, openedAt: null },
        now,
      );
    case 'opened':
      return opened(state, now);
    case 'bytes':
      return change(state, { lastByteAt: now });
    case 'heartbeat':
      return connected(state, now);
    case 'in-place':
      return report.countedAnew ? announce(change(state, { countedAnew: null })) : state;
    case 'event':
      return sawEvent(state, now);
    case 'ended':
      return ended(state, observation, now);
    case 'resting':
      return { ...change(state, { nextTryAt: now + observation.delayMs }), isResting: true };
    case 'reported':
      return change(state, { at: now });
    case 'closed':
      if (state.isResting) return announce(state);
      return enter(state, { state: 'released', openedAt: null, downSince: report.downSince ?? now }, now);
  }
}

/** How long the latest connection has been open, in ms; 0 when it was not answered with 200. Pure. */
export function openMsOf({ answeredAt }: ConnectionState, now: number): number {
  // Open is more than not open, however short it was.
  return answeredAt === null ? 0 : Math.max(1, now - answeredAt);
}

function change(state: ConnectionState, changes: Partial<ConnectionReport>): ConnectionState {
  return { ...state, report: { ...state.report, ...changes } };
}

function announce(state: ConnectionState): ConnectionState {
  return { ...state, revision: state.revision + 1 };
}

function enter(state: ConnectionState, changes: Partial<ConnectionReport>, now: number): ConnectionState {
  return announce(change(state, { since: now, nextTryAt: null, ...changes }));
}

function takenOver(
  report: ConnectionReport,
  { before, timepoint }: Extract<Observation, { kind: 'taken' }>,
): ConnectionReport {
  const next = before === null ? report : { ...report, ...inheritedFrom(before) };
  // The new epoch that was begun ends the time of being counted anew.
  const isNewEpoch =
    timepoint !== undefined && epochOf(timepoint) > epochOf(next.countedAnew?.asked ?? timepoint);
  return isNewEpoch ? { ...next, countedAnew: null } : next;
}

function inheritedFrom({ downSince, lastEventAt, ending, detail, countedAnew, at }: ConnectionReport) {
  // A holder that was killed has not reported that it lost the connection.
  return { downSince: downSince ?? at, lastEventAt, ending, detail, countedAnew };
}

function opened(state: ConnectionState, now: number): ConnectionState {
  const answered = change({ ...state, answeredAt: now }, { openedAt: now });
  if (state.isUnproductive) return announce(answered);
  return enter(answered, { state: 'open', lastEventAt: state.report.lastEventAt ?? now }, now);
}

/** The connection brought something, so the stream is connected. */
function connected(state: ConnectionState, now: number): ConnectionState {
  const productive = state.isUnproductive ? { ...state, isUnproductive: false } : state;
  if (state.report.downSince === null) return productive;
  if (state.report.state === 'open') return announce(change(productive, { downSince: null }));
  return enter(productive, { state: 'open', downSince: null }, now);
}

function sawEvent(state: ConnectionState, now: number): ConnectionState {
  const { lastEventAt, silenceLimitMs } = state.report;
  const wasSilent = now - (lastEventAt ?? now) > silenceLimitMs;
  const next = connected(change(state, { lastEventAt: now }), now);
  return wasSilent ? announce(next) : next;
}

function ended(
  state: ConnectionState,
  { ending, decision }: Extract<Observation, { kind: 'ended' }>,
  now: number,
): ConnectionState {
  const { downSince, countedAnew } = state.report;
  const broughtNothing =
    state.answeredAt !== null && downSince !== null && CAN_BE_UNPRODUCTIVE.includes(ending.kind);
  return enter(
    { ...state, isUnproductive: state.isUnproductive || broughtNothing },
    {
      state: decision.kind === 'wait-for-drain' ? 'draining' : 'waiting',
      openedAt: null,
      downSince: downSince ?? now,
      nextTryAt: 'delayMs' in decision ? now + decision.delayMs : null,
      ending: ending.kind,
      detail: describeEnding(ending),
      ...(ending.kind === 'counted-anew' && {
        countedAnew: { asked: ending.asked, seen: [...ending.seen], since: countedAnew?.since ?? now },
      }),
    },
    now,
  );
}

import { describe, expect, it } from '@jest/globals';
import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import {
  type ConnectionState,
  initialState,
  type Observation,
  observe,
  openMsOf,
} from './connection-state.ts';

type Step = readonly [now: number, observation: Observation];

const SILENCE_LIMIT_MS = 60_000;
const CONNECTING = { kind: 'connecting', connection: 'a1b2c3d4' } as const;
const OPENED = { kind: 'opened' } as const;
const EVENT = { kind: 'event' } as const;
const CLEAN = {
  kind: 'ended',
  ending: { kind: 'clean' },
  decision: { kind: 'retry', delayMs: 500 },
} as const;
const TAKEN = { kind: 'taken', before: null, timepoint: undefined, isUnproductive: false } as const;

function after(...steps: readonly Step[]): ConnectionState {
  return steps.reduce(
    (state, [now, observation]) => observe(state, observation, now),
    initialState(SILENCE_LIMIT_MS, 1_000),
  );
}

/** Whether the last step is reported at once. */
function isAnnounced(...steps: readonly Step[]): boolean {
  return after(...steps).revision > after(...steps.slice(0, -1)).revision;
}

describe('Timepoint, keeping the state of a connection,', () => {
  it('leaves the state before an observation unchanged', () => {
    const state = Object.freeze(after([2_000, CONNECTING]));
    const frozen = Object.freeze(state.report);
    expect(observe(state, OPENED, 3_000).report.state).toBe('open');
    expect(frozen).toMatchObject({ state: 'connecting', openedAt: null });
  });

  it('counts a stream as down until its connection brings something', () => {
    const opened = after([2_000, CONNECTING], [3_000, OPENED]);
    expect(opened.report).toMatchObject({ state: 'open', downSince: 1_000, openedAt: 3_000 });
    expect(observe(opened, { kind: 'bytes' }, 4_000).report).toMatchObject({
      downSince: 1_000,
      lastByteAt: 4_000,
    });
    expect(observe(opened, { kind: 'heartbeat' }, 4_000).report.downSince).toBeNull();
    expect(observe(opened, EVENT, 4_000).report).toMatchObject({ downSince: null, lastEventAt: 4_000 });
  });

  it('does not take an answer for a connection after one that brought nothing, until one brings something', () => {
    const again = after([2_000, OPENED], [3_000, CLEAN], [4_000, CONNECTING], [5_000, OPENED]);
    expect(again).toMatchObject({ isUnproductive: true, report: { state: 'connecting', openedAt: 5_000 } });
    const live = observe(again, EVENT, 6_000);
    expect(live).toMatchObject({ isUnproductive: false, report: { state: 'open', since: 6_000 } });
    // The next one was productive before it was closed.
    expect(observe(live, CLEAN, 7_000)).toMatchObject({
      isUnproductive: false,
      report: { downSince: 7_000 },
    });
  });

  it('counts a connection as unproductive only if the publisher opened it and then closed it', () => {
    const refused: Observation = {
      ...CLEAN,
      ending: { kind: 'http', status: 503, retryAfterMs: null, body: '' },
    };
    const turnOver: Observation = { ...CLEAN, ending: { kind: 'turn-over' } };
    expect(after([2_000, CONNECTING], [3_000, refused]).isUnproductive).toBe(false);
    expect(after([2_000, CONNECTING], [3_000, OPENED], [4_000, turnOver]).isUnproductive).toBe(false);
    expect(after([2_000, CONNECTING], [3_000, OPENED], [4_000, CLEAN]).isUnproductive).toBe(true);
  });

  it('measures how long the latest connection has been open, which is never 0 once it was answered', () => {
    expect(openMsOf(after([2_000, CONNECTING]), 9_000)).toBe(0);
    const opened = after([2_000, CONNECTING], [3_000, OPENED]);
    expect([openMsOf(opened, 3_000), openMsOf(opened, 3_500)]).toEqual([1, 500]);
    expect(openMsOf(observe(opened, CONNECTING, 4_000), 5_000)).toBe(0);
  });

  it('keeps what the holder before knew, and takes its last report for the moment at which the stream was lost', () => {
    const before = { ...after([2_000, OPENED], [3_000, EVENT]).report, at: 3_500 };
    const taken = after([9_000, { ...TAKEN, before }]);
    expect(taken.report).toMatchObject({ state: 'connecting', downSince: 3_500, lastEventAt: 3_000 });
    const down = after([9_000, { ...TAKEN, before: { ...before, downSince: 2_500 } }]);
    expect(down.report.downSince).toBe(2_500);
  });

  it('reports that the publisher counts anew from the first ending to an event in place, or a new epoch', () => {
    const ended: Observation = { ...CLEAN, ending: { kind: 'counted-anew', asked: 900, seen: [3] } };
    const anew = after([2_000, ended], [4_000, ended]);
    expect(anew.report.countedAnew).toEqual({ asked: 900, seen: [3], since: 2_000 });
    expect(observe(anew, { kind: 'in-place' }, 5_000).report.countedAnew).toBeNull();
    const nextEpoch = (EPOCH_STEP + 1) as Timepoint;
    expect(observe(anew, { ...TAKEN, timepoint: nextEpoch }, 5_000).report.countedAnew).toBeNull();
    expect(observe(anew, { ...TAKEN, timepoint: 900 as Timepoint }, 5_000).report.countedAnew).not.toBeNull();
  });

  it('reports each change of state at once, and an event only when the stream was silent or down', () => {
    expect(isAnnounced([2_000, CONNECTING])).toBe(true);
    expect(isAnnounced([2_000, OPENED])).toBe(true);
    expect(isAnnounced([2_000, OPENED], [3_000, EVENT])).toBe(true);
    expect(isAnnounced([2_000, OPENED], [3_000, EVENT], [4_000, EVENT])).toBe(false);
    expect(isAnnounced([2_000, OPENED], [3_000, EVENT], [3_001 + SILENCE_LIMIT_MS, EVENT])).toBe(true);
    expect(isAnnounced([2_000, OPENED], [3_000, { kind: 'bytes' }])).toBe(false);
    expect(isAnnounced([2_000, { kind: 'in-place' }])).toBe(false);
  });

  it('ends as waiting when the stream rests until its next try, and else as released', () => {
    const rested = after(
      [2_000, CLEAN],
      [3_000, { kind: 'resting', delayMs: 9_000 }],
      [4_000, { kind: 'closed' }],
    );
    expect(rested.report).toMatchObject({ state: 'waiting', since: 2_000, nextTryAt: 12_000 });
    const closed = after([2_000, OPENED], [3_000, EVENT], [4_000, { kind: 'closed' }]);
    expect(closed.report).toMatchObject({ state: 'released', downSince: 4_000, openedAt: null });
  });
});

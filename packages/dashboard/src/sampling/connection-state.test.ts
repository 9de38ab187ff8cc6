import { describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamHold } from '@timepoint/shared/queues/read-queues';
import { connectionState } from './connection-state.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const report = (changes: Partial<ConnectionReport>): ConnectionReport => ({
  state: 'open',
  since: NOW - HOUR,
  downSince: null,
  nextTryAt: null,
  ending: null,
  detail: null,
  lastByteAt: NOW,
  lastEventAt: NOW - 1000,
  silenceLimitMs: 6 * HOUR,
  connection: 'c1',
  holder: 'host:1',
  at: NOW - 1000,
  ...changes,
});
const held = (changes: Partial<ConnectionReport>, hold: StreamHold['hold'] = 'held'): StreamHold => ({
  stream: 'companies',
  hold,
  registeredAt: NOW - 2 * HOUR,
  report: report(changes),
});
const stateOf = (hold: StreamHold, isBudgetUsed = false) => connectionState(hold, isBudgetUsed, NOW);

describe('Timepoint, showing how a stream is connected,', () => {
  it('says since when, and that it is silent', () => {
    expect(stateOf(held({}))).toEqual({
      state: 'up',
      title: 'connected',
      since: NOW - HOUR,
      detail: '',
      timeLeftMs: null,
    });
    expect(stateOf(held({ lastEventAt: NOW - 7 * HOUR })).detail).toBe('silent: no event for 7 h');
    expect(stateOf(held({ lastEventAt: null })).detail).toBe('no event yet');
  });

  it('says why it is not, when it is tried again, and how much time is left', () => {
    const waiting = { state: 'waiting', downSince: NOW - 10 * HOUR, nextTryAt: NOW + 4_000 } as const;
    expect(stateOf(held({ ...waiting, ending: 'network', detail: 'ECONNREFUSED' }))).toEqual({
      state: 'down',
      title: 'not connected',
      since: NOW - 10 * HOUR,
      detail: 'network, ECONNREFUSED; next try in 4 s',
      timeLeftMs: 62 * HOUR,
    });
    expect(stateOf(held({ ...waiting, state: 'connecting' })).detail).toBe('connecting');
  });

  it('says so, too, when it was given back until then, as another wanted its connection', () => {
    const resting = {
      state: 'waiting',
      ending: 'http',
      detail: 'status 503',
      downSince: NOW - HOUR,
    } as const;
    const state = { state: 'down', title: 'not connected', detail: 'http, status 503; next try in 4 s' };
    expect(stateOf(held({ ...resting, nextTryAt: NOW + 4_000 }, 'unheld'), true)).toMatchObject(state);
    const due = held({ ...resting, nextTryAt: NOW - 4_000 }, 'unheld');
    expect(stateOf(due, true)).toMatchObject({ title: 'waits for its turn' });
    expect(stateOf(due)).toMatchObject({ detail: 'no ingestor has it' });
  });

  it('does not take waiting for being down', () => {
    const draining = { state: 'draining', downSince: NOW - MINUTE } as const;
    expect(stateOf(held(draining))).toMatchObject({
      state: 'resting',
      title: 'waits for the queue to drain',
    });
    const released = { state: 'released', downSince: NOW - MINUTE } as const;
    expect(stateOf(held(released, 'unheld'), true)).toMatchObject({
      state: 'resting',
      title: 'waits for its turn',
    });
    expect(stateOf({ ...held({}, 'unregistered'), report: null, registeredAt: null })).toMatchObject({
      state: 'resting',
      title: 'not followed',
    });
  });

  it('says that no ingestor has it, or that its ingestor does not report', () => {
    expect(stateOf({ ...held({}, 'unheld'), report: null })).toMatchObject({
      state: 'down',
      since: NOW - 2 * HOUR,
      detail: 'no ingestor has it',
      timeLeftMs: 70 * HOUR,
    });
    expect(stateOf(held({ at: NOW - MINUTE }))).toMatchObject({
      state: 'down',
      title: 'unknown',
      since: NOW - MINUTE,
      detail: 'its ingestor does not report',
    });
    expect(stateOf({ ...held({}), report: null, registeredAt: null }).timeLeftMs).toBeNull();
  });
});

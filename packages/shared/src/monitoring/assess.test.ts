import { describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '../contract/connection-report.ts';
import type { StreamStatus } from '../contract/stream-status.ts';
import { STREAM_NAMES } from '../contract/streams.ts';
import { span } from '../platform/time-span.ts';
import type { ConnectionBudget } from '../queues/connection-budget.ts';
import type { StreamHold } from '../queues/read-queues.ts';
import { assess, type SystemReading } from './assess.ts';
import type { Finding } from './finding.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const limits = { downMs: 5 * MINUTE, behindMs: 5 * MINUTE, deadLetters: 10 };

const open: ConnectionReport = {
  state: 'open',
  since: NOW - HOUR,
  downSince: null,
  nextTryAt: null,
  ending: null,
  detail: null,
  lastByteAt: NOW - 10_000,
  lastEventAt: NOW - MINUTE,
  silenceLimitMs: 6 * HOUR,
  connection: 'c0ffee00',
  holder: 'here:1',
  at: NOW - 4_000,
};
const held = (change: Partial<ConnectionReport> = {}): StreamHold => ({
  stream: 'companies',
  hold: 'held',
  registeredAt: NOW - HOUR,
  report: { ...open, ...change },
});
/** Given back, as another stream wanted its connection, until a try in a minute. */
const resting = (change: Partial<ConnectionReport> = {}): StreamHold => ({
  ...held({ state: 'waiting', ending: 'http', detail: 'status 503', nextTryAt: NOW + MINUTE, ...change }),
  hold: 'unheld',
});
const status = (change: Partial<StreamStatus> = {}): StreamStatus => ({
  stream: 'companies',
  newest_timepoint: 104,
  watermark: 104,
  is_contiguous: true,
  accepted_holes: 0,
  recent_holes: 0,
  open_holes: 0,
  open_dead_letters: 0,
  newest_published_at: new Date(NOW),
  newest_received_at: new Date(NOW),
  committed_at: new Date(NOW),
  lag_seconds: 0.1,
  approximate_rows: 4,
  ...change,
});

interface Situation {
  readonly hold?: StreamHold;
  readonly isBudgetUsed?: boolean;
  readonly budget?: ConnectionBudget;
  readonly oldestEventsAt?: number | null;
  readonly status?: StreamStatus;
  /** Failed jobs by queue. */
  readonly failed?: Readonly<Record<string, number>>;
}

const reading = (situation: Situation): SystemReading => ({
  at: NOW,
  queues: {
    streams: [situation.hold ?? held()],
    isBudgetUsed: situation.isBudgetUsed ?? false,
    budget: situation.budget ?? null,
    depths: Object.entries(situation.failed ?? {}).map(([name, failed]) => ({
      name,
      waiting: 0,
      active: 0,
      delayed: 0,
      failed,
    })),
    oldestEventsAt: situation.oldestEventsAt ?? null,
  },
  statuses: [situation.status ?? status()],
});
const find = (situation: Situation) => assess(reading(situation), limits);
const kinds = (findings: readonly Finding[]) => findings.map(({ kind, severity }) => `${kind} ${severity}`);

describe('Timepoint, assessing itself,', () => {
  it('finds failed jobs of every queue, and is not exact while events are in them', () => {
    const events = find({ failed: { events: 2, snapshots: 1 } });
    expect(events).toMatchObject({ isLive: true, isExact: false });
    expect(kinds(events.findings)).toEqual(['failed-jobs critical']);
    expect(events.findings[0]?.text).toMatch(/2 of events, 1 of snapshots.*`timepoint failed-jobs`/);
    for (const queue of ['snapshots', 'actions', 'incidents']) {
      const { isExact, findings } = find({ failed: { [queue]: 1 } });
      expect([isExact, kinds(findings)]).toEqual([true, ['failed-jobs warning']]);
    }
  });

  it('counts a failed job of dead letters once, as an open letter', () => {
    expect(find({ failed: { 'dead-letters': 3 } })).toEqual({ isLive: true, isExact: true, findings: [] });
  });

  it('says why a stream that was given back until its next try has no connection', () => {
    const text = (hold: StreamHold, isBudgetUsed = true) => find({ hold, isBudgetUsed }).findings[0]?.text;
    const why = 'companies has had no connection for 2 min: http, status 503. It is tried again by itself.';
    expect(text(resting({ downSince: NOW - 2 * MINUTE }))).toBe(why);
    expect(text(resting({ downSince: NOW - 2 * MINUTE, nextTryAt: NOW - MINUTE }))).toBe(why);
    const untaken = resting({ downSince: NOW - 2 * MINUTE, nextTryAt: NOW - MINUTE });
    expect(text(untaken, false)).toMatch(/: no ingestor has taken it\./);
  });

  it('says that fewer connections are granted than are set, and what helps', () => {
    const whole = { configured: 9, allowed: 9, changedAt: NOW - 3 * MINUTE, isTrial: false, signs: [] };
    expect(find({ budget: whole }).findings).toEqual([]);
    const { isLive, isExact, findings } = find({ budget: { ...whole, allowed: 2 } });
    expect([isLive, isExact, kinds(findings)]).toEqual([true, true, ['fewer-connections warning']]);
    expect(findings[0]?.text).toMatch(
      /grants 2 connection\(s\) on this key and CH_MAX_CONNECTIONS is 9: .* since 3 min .* set CH_MAX_CONNECTIONS to 2/,
    );
  });

  it('says that the copy is live and exact when there is nothing to say', () => {
    expect(find({})).toEqual({ isLive: true, isExact: true, findings: [] });
  });

  it.each<[string, Situation, string[]]>([
    [
      'connected again a moment ago',
      { hold: held({ state: 'connecting', downSince: NOW - 2_000 }) },
      ['stream-down note'],
    ],
    [
      'without a connection past the limit',
      { hold: held({ state: 'waiting', downSince: NOW - 6 * MINUTE }) },
      ['stream-down critical'],
    ],
    ['never connected', { hold: { ...held(), hold: 'unheld', report: null } }, ['stream-down critical']],
    [
      'held by an ingestor that no longer reports',
      { hold: held({ at: NOW - 10 * MINUTE }) },
      ['stream-down critical'],
    ],
    [
      'given back, and not taken again',
      { hold: { ...held({ downSince: NOW - MINUTE }), hold: 'unheld' } },
      ['stream-down note'],
    ],
    [
      'waiting for its turn',
      { hold: { ...held({ downSince: NOW - 6 * MINUTE }), hold: 'unheld' }, isBudgetUsed: true },
      [],
    ],
    [
      'given back until its next try',
      { hold: resting({ downSince: NOW - MINUTE }), isBudgetUsed: true },
      ['stream-down note'],
    ],
    [
      'given back until its next try, after it has failed past the limit',
      { hold: resting({ downSince: NOW - 6 * MINUTE }), isBudgetUsed: true },
      ['stream-down critical'],
    ],
    [
      'due for its next try, and waiting for its turn past the limit',
      { hold: resting({ downSince: NOW - 6 * MINUTE, nextTryAt: NOW - 5.5 * MINUTE }), isBudgetUsed: true },
      ['stream-down note'],
    ],
    ['closed until the queue has drained', { hold: held({ state: 'draining', downSince: NOW - HOUR }) }, []],
    [
      'away so long that events may be lost',
      { hold: held({ state: 'waiting', downSince: NOW - 25 * HOUR }) },
      ['stream-down critical', 'position-expiring critical'],
    ],
    [
      'draining so long that events may be lost',
      { hold: held({ state: 'draining', downSince: NOW - 25 * HOUR }) },
      ['position-expiring critical'],
    ],
    [
      'open without an event for too long',
      { hold: held({ lastEventAt: NOW - 7 * HOUR }) },
      ['stream-silent warning'],
    ],
  ])('assesses a stream that is %s', (_title, situation, expected) => {
    const { findings, isLive } = find(situation);
    expect(kinds(findings)).toEqual(expected);
    expect(isLive).toBe(expected.length === 0);
  });

  it('assesses silence by the clock of the ingestor that holds the stream', () => {
    const anHourAhead = held({ at: NOW + HOUR, lastEventAt: NOW + HOUR - 5 * MINUTE, silenceLimitMs: HOUR });
    expect(find({ hold: anHourAhead }).findings).toEqual([]);
    const silent = held({ at: NOW - 4_000, lastEventAt: NOW - 4_000 - 2 * HOUR, silenceLimitMs: HOUR });
    expect(find({ hold: silent }).findings[0]?.text).toMatch(/^companies has sent no event for 2 h,/);
  });

  it('names the stream, why it is down and how much time is left', () => {
    const hold = held({ state: 'waiting', downSince: NOW - 30 * HOUR, ending: 'http', detail: 'status 503' });
    const texts = find({ hold }).findings.map(({ text }) => text);
    expect(texts[0]).toBe(
      'companies has had no connection for 30 h: http, status 503. It is tried again by itself.',
    );
    expect(texts[1]).toMatch(/last connected 30 h ago.*Time left: 42 h\./);
  });

  it('is behind when jobs wait for too long', () => {
    expect(find({ oldestEventsAt: NOW - MINUTE }).isLive).toBe(true);
    const late = find({ oldestEventsAt: NOW - 6 * MINUTE });
    expect([late.isLive, kinds(late.findings)]).toEqual([false, ['behind critical']]);
  });

  it('is not exact with an open hole or an open letter, and notifies people of ten', () => {
    const letters = (count: number) => find({ status: status({ open_dead_letters: count }) });
    expect(letters(9)).toMatchObject({ isLive: true, isExact: false, findings: [{ severity: 'note' }] });
    expect(letters(10)).toMatchObject({
      isExact: false,
      findings: [{ kind: 'dead-letters', severity: 'warning' }],
    });
    expect(find({ status: status({ open_holes: 1 }) })).toMatchObject({
      isExact: false,
      findings: [{ kind: 'hole', stream: 'companies', severity: 'warning' }],
    });
  });

  it('warns of what the publisher did not deliver, for a day', () => {
    expect(kinds(find({ status: status({ accepted_holes: 2, recent_holes: 1 }) }).findings)).toEqual([
      'hole warning',
    ]);
    expect(find({ status: status({ accepted_holes: 2 }) })).toMatchObject({ isExact: true, findings: [] });
  });

  it('claims nothing about a store that it can not reach', () => {
    const nothing = assess({ at: NOW, queues: null, statuses: null }, limits);
    expect(nothing).toMatchObject({ isLive: false, isExact: null });
    expect(kinds(nothing.findings)).toEqual(['queue-unreachable critical', 'database-unreachable critical']);
  });

  it('is neither live nor exact while a stream is counted anew, also when its connection is open', () => {
    const countedAnew = { asked: 22_000_500, seen: [1, 2], since: NOW - 12 * MINUTE };
    for (const state of ['open', 'waiting'] as const) {
      const downSince = state === 'open' ? null : NOW - MINUTE;
      const found = find({ hold: held({ countedAnew, state, downSince }) });
      expect(found).toMatchObject({ isLive: false, isExact: false });
      expect(found.findings[0]).toMatchObject({
        kind: 'counted-anew',
        stream: 'companies',
        severity: 'critical',
      });
      expect(found.findings[0]?.text).toContain(
        'asked for 22000500 it sent 1, 2. Nothing of it has been applied for 12 min',
      );
    }
    expect(find({ hold: held({ countedAnew: null }) })).toMatchObject({ isLive: true, isExact: true });
  });

  it('says so when no stream was ever registered', () => {
    const streams = STREAM_NAMES.map(
      (stream): StreamHold => ({ stream, hold: 'unregistered', registeredAt: null, report: null }),
    );
    const queues = { streams, isBudgetUsed: false, budget: null, depths: [], oldestEventsAt: null };
    expect(kinds(assess({ at: NOW, queues, statuses: [] }, limits).findings)).toEqual([
      'not-registered critical',
    ]);
  });

  it('formats lengths of time so that people grasp them', () => {
    expect([45_000, 90_000, 12 * MINUTE, 5 * HOUR, 72 * HOUR].map(span)).toEqual([
      '45 s',
      '90 s',
      '12 min',
      '5 h',
      '3 days',
    ]);
  });
});

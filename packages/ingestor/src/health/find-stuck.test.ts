import { describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamHold } from '@timepoint/shared/queues/read-queues';
import { findStuck, findUntaken } from './find-stuck.ts';

const NOW = 10_000_000;
const limits = { idleTimeoutMs: 90_000, graceMs: 30_000 };
const open: ConnectionReport = {
  state: 'open',
  since: NOW - 600_000,
  downSince: null,
  nextTryAt: null,
  ending: null,
  detail: null,
  lastByteAt: NOW - 1_000,
  lastEventAt: null,
  silenceLimitMs: 1,
  connection: null,
  holder: 'here:1',
  at: NOW,
};

describe('Timepoint, assessing whether the loop of a stream hangs,', () => {
  it.each<[string, Partial<ConnectionReport>, string | null]>([
    ['reads', {}, null],
    ['was opened a moment ago', { lastByteAt: NOW - 600_000, since: NOW - 119_000 }, null],
    ['is open without a byte', { lastByteAt: NOW - 121_000 }, 'is open without a byte for 121 s'],
    ['is connecting', { state: 'connecting', since: NOW - 119_000 }, null],
    ['is connecting, and is sent something', { state: 'connecting', since: NOW - 600_000 }, null],
    [
      'connects for ever',
      { state: 'connecting', since: NOW - 121_000, lastByteAt: null },
      'has been connecting for 121 s',
    ],
    ['waits for an hour', { state: 'waiting', nextTryAt: NOW + 3_600_000 }, null],
    ['is about to try', { state: 'waiting', nextTryAt: NOW - 29_000 }, null],
    [
      'never tries',
      { state: 'waiting', nextTryAt: NOW - 31_000 },
      'has not made the try that was due for 31 s',
    ],
    ['waits for a decision for ever', { state: 'waiting' }, 'has not made the try that was due for 600 s'],
    ['waits for the queue to drain', { state: 'draining' }, null],
    ['was let go', { state: 'released' }, null],
  ])('assesses one that %s', (_title, change, problem) => {
    expect(findStuck({ ...open, ...change }, limits, NOW)).toBe(problem);
  });
});

describe('Timepoint, looking for streams that no ingestor takes,', () => {
  const unheld: StreamHold = {
    stream: 'companies',
    hold: 'unheld',
    registeredAt: NOW - 31_000,
    report: null,
  };
  const find = (change: Partial<StreamHold>, isBudgetUsed = false) =>
    findUntaken({ streams: [{ ...unheld, ...change }], isBudgetUsed }, ['companies'], 30_000, NOW);

  it('finds one that has waited for too long', () => {
    expect(find({})).toEqual(['companies']);
  });

  it('leaves out one that is held, was let go a moment ago, waits for its turn, or is for others', () => {
    expect(find({ hold: 'held' })).toEqual([]);
    expect(find({ registeredAt: NOW - 29_000 })).toEqual([]);
    expect(find({ report: { ...open, at: NOW - 29_000 } })).toEqual([]);
    const rests = { ...open, state: 'waiting', at: NOW - 600_000 } as const;
    expect(find({ report: { ...rests, nextTryAt: NOW - 29_000 } })).toEqual([]);
    expect(find({ report: { ...rests, nextTryAt: NOW - 31_000 } })).toEqual(['companies']);
    expect(find({}, true)).toEqual([]);
    expect(find({ stream: 'filings' })).toEqual([]);
  });
});

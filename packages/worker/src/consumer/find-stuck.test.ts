import { describe, expect, it } from '@jest/globals';
import { type ConsumerReading, findStuck } from './find-stuck.ts';

const limits = { idleMs: 30_000, inHandMs: 600_000 };
const NOW = 10_000_000;
const idle: ConsumerReading = {
  at: NOW,
  takeable: 40,
  freeSlots: 2,
  lastTakenAt: null,
  lastEndedAt: null,
  oldestTakenAt: null,
};
const find = (idleSince: number | null, change: Partial<ConsumerReading>) =>
  findStuck(idleSince, { ...idle, ...change }, limits);

describe('Timepoint, assessing whether a consumer hangs,', () => {
  it('finds one that takes nothing while jobs wait and slots are free', () => {
    expect(find(null, {})).toEqual({ idleSince: NOW, problem: null });
    expect(find(NOW - 29_999, {}).problem).toBeNull();
    expect(find(NOW - 30_000, {}).problem).toBe(
      '40 job(s) wait, 2 slot(s) are free, and none was taken for 30 s',
    );
  });

  it.each<[string, Partial<ConsumerReading>]>([
    ['no job waits', { takeable: 0 }],
    ['all slots are in use', { freeSlots: 0 }],
    ['one was taken a moment ago', { lastTakenAt: NOW - 1_000 }],
  ])('finds no problem when %s', (_title, change) => {
    expect(find(NOW - 300_000, change).problem).toBeNull();
  });

  it('counts from the last job that was taken, and restarts the count when no job waits', () => {
    expect(find(NOW - 300_000, { lastTakenAt: NOW - 1_000 }).idleSince).toBe(NOW - 1_000);
    expect(find(NOW - 300_000, { takeable: 0 }).idleSince).toBeNull();
  });

  it('finds a job that is in hand for ever', () => {
    expect(find(null, { freeSlots: 0, oldestTakenAt: NOW - 599_999 }).problem).toBeNull();
    expect(find(null, { freeSlots: 0, oldestTakenAt: NOW - 600_000 }).problem).toBe(
      'a job has been in hand for 600 s',
    );
  });
});

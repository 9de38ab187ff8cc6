import { describe, expect, it } from '@jest/globals';
import type { SystemReading } from '@timepoint/shared/monitoring/assess';
import { formatStreams } from './format-streams.ts';
import { holdOf, NOW, readingOf, statusOf } from './test-reading.ts';

const cellsOf = (reading: SystemReading, before: SystemReading | null = null) =>
  formatStreams(reading, before)
    .split('\n')
    .map((line) => line.split(/ {2,}/));
const rowOf = (...reading: Parameters<typeof readingOf>) => cellsOf(readingOf(...reading))[1] ?? [];
const connectionOf = (hold: ReturnType<typeof holdOf>, isBudgetUsed = false) =>
  rowOf([], { streams: [hold], isBudgetUsed })[6];

describe('Timepoint, formatting its streams,', () => {
  it('reports that no event has arrived when no stream is followed', () => {
    expect(formatStreams(readingOf([], null), null)).toBe('No event has arrived yet.');
  });

  it('shows a row for each stream, under its column', () => {
    const earlier = { ...readingOf([statusOf({ newest_timepoint: 22_000_460 })]), at: NOW - 2_000 };
    expect(cellsOf(readingOf(), earlier)).toEqual([
      ['stream', 'newest', 'watermark', 'events/s', 'lag', 'rows', 'connection', 'holes', 'dead letters'],
      ['companies', '22000500', '22000500', '20', '42 ms', '~320', 'open 3 h', '0', '2'],
    ]);
    const [head, row] = formatStreams(readingOf(), earlier).split('\n');
    expect(head).toHaveLength(row?.length ?? 0);
  });

  it('marks a watermark that is behind, and open holes', () => {
    const row = rowOf([
      statusOf({ is_contiguous: false, watermark: 22_000_400, accepted_holes: 1, open_holes: 1 }),
    ]);
    expect(row[2]).toBe('22000400 (behind)');
    expect(row[7]).toBe('1 + 1 open');
  });

  it('shows a followed stream without events, and a dash for unknown values', () => {
    expect(rowOf([])).toEqual(['companies', '–', '–', '–', '–', '–', 'open 3 h', '–', '–']);
    expect(rowOf([statusOf({ newest_timepoint: null, lag_seconds: null })]).slice(1, 5)).toEqual([
      '–',
      '22000500',
      '–',
      '–',
    ]);
  });

  it.each([
    [-0.2, '0 ms'],
    [3.21, '3.2 s'],
    [600, '10 min'],
    [90_000, '25 h'],
  ])('shows a lag of %p seconds as %s', (lag_seconds, text) => {
    expect(rowOf([statusOf({ lag_seconds })])[4]).toBe(text);
  });

  it('shows since when a stream has no connection, and why it needs none', () => {
    const down = { downSince: NOW - 45_000 };
    expect(connectionOf(holdOf({}, { state: 'waiting', ...down }))).toBe('down 45 s');
    expect(connectionOf(holdOf({ hold: 'unheld' }, { state: 'released', ...down }))).toBe('down 45 s');
    const resting = { state: 'waiting', ...down, nextTryAt: NOW + 5_000 } as const;
    expect(connectionOf(holdOf({ hold: 'unheld' }, resting), true)).toBe('down 45 s');
    const due = holdOf({ hold: 'unheld' }, { ...resting, nextTryAt: NOW - 5_000 });
    expect([connectionOf(due, true), connectionOf(due)]).toEqual(['waits its turn', 'down 45 s']);
    expect(connectionOf(holdOf({ hold: 'unheld', report: null }))).toBe('down 24 h');
    expect(connectionOf(holdOf({ hold: 'unheld' }, down), true)).toBe('waits its turn');
    expect(connectionOf(holdOf({}, { state: 'draining', since: NOW - 10_000, ...down }))).toBe(
      'draining 10 s',
    );
    expect(connectionOf(holdOf({}, { at: NOW - 60_000 }))).toBe('no report');
  });

  it('shows no state of connections when the queues can not be reached', () => {
    expect(rowOf([statusOf()], null)[6]).toBe('?');
    expect(rowOf([statusOf()], { streams: [holdOf({ hold: 'unregistered' })] })[6]).toBe('–');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { StreamStatus } from '@timepoint/shared/stream-status';
import { formatStatus } from './status.ts';

const status = (changes: Partial<StreamStatus> = {}): StreamStatus => ({
  stream: 'companies',
  newest_timepoint: 22_000_500,
  watermark: 22_000_500,
  is_contiguous: true,
  recent_holes: 0,
  newest_received_at: null,
  accepted_holes: 0,
  open_holes: 0,
  open_dead_letters: 2,
  newest_published_at: new Date(0),
  committed_at: new Date(0),
  lag_seconds: 0.042,
  approximate_rows: 320,
  ...changes,
});
const rowOf = (now: StreamStatus, before: StreamStatus[] = []) =>
  formatStatus([now], before, 2000).split('\n')[1];

describe('Timepoint, laying out the status,', () => {
  it('says so when no event has arrived', () => {
    expect(formatStatus([], [], 0)).toBe('No event has arrived yet.');
  });

  it('shows a row for each stream, under its column', () => {
    const [head, row] = formatStatus([status()], [status({ newest_timepoint: 22_000_460 })], 2000).split(
      '\n',
    );
    expect(head?.split(/ {2,}/)).toEqual([
      'stream',
      'newest',
      'watermark',
      'events/s',
      'lag',
      'rows',
      'holes',
      'dead letters',
    ]);
    expect(row?.split(/ {2,}/)).toEqual([
      'companies',
      '22000500',
      '22000500',
      '20',
      '42 ms',
      '~320',
      '0',
      '2',
    ]);
    expect(head).toHaveLength(row?.length ?? 0);
  });

  it('marks a watermark that is behind, and open holes', () => {
    expect(
      rowOf(status({ is_contiguous: false, watermark: 22_000_400, accepted_holes: 1, open_holes: 1 })),
    ).toMatch(/22000400 \(behind\).*1 \+ 1 open/);
  });

  it('shows what is not known as a dash', () => {
    expect(rowOf(status({ newest_timepoint: null, lag_seconds: null }))).toMatch(/companies\s+–.*–.*–/);
  });

  it.each([
    [-0.2, '0 ms'],
    [3.21, '3.2 s'],
    [600, '10 min'],
    [90_000, '25 h'],
  ])('shows a lag of %p seconds as %s', (lag_seconds, text) => {
    expect(rowOf(status({ lag_seconds }))).toContain(text);
  });
});

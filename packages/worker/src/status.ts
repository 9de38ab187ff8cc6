import type { StreamStatus } from '@timepoint/shared/stream-status';

const COLUMNS = [
  'stream',
  'newest',
  'watermark',
  'events/s',
  'lag',
  'rows',
  'holes',
  'dead letters',
] as const;

/**
 * Lays out the status of the streams as a table. The rate is that of the timepoints between `before` and
 * now, `elapsedMs` apart; without a reading before it is not known.
 */
export function formatStatus(
  now: readonly StreamStatus[],
  before: readonly StreamStatus[],
  elapsedMs: number,
): string {
  if (now.length === 0) return 'No event has arrived yet.';
  const rows = now.map((status) =>
    formatRow(
      status,
      before.find(({ stream }) => stream === status.stream),
      elapsedMs,
    ),
  );
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  return [COLUMNS, ...rows]
    .map((row) =>
      row
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function formatRow(status: StreamStatus, before: StreamStatus | undefined, elapsedMs: number): string[] {
  const { newest_timepoint: newest, watermark } = status;
  const rate =
    before && newest !== null ? ((newest - (before.newest_timepoint ?? newest)) / elapsedMs) * 1000 : null;
  return [
    status.stream,
    newest === null ? '–' : String(newest),
    `${watermark}${status.is_contiguous ? '' : ' (behind)'}`,
    rate === null ? '–' : rate.toFixed(rate < 10 ? 1 : 0),
    status.lag_seconds === null ? '–' : formatLag(status.lag_seconds),
    `~${status.approximate_rows}`,
    status.open_holes > 0
      ? `${status.accepted_holes} + ${status.open_holes} open`
      : String(status.accepted_holes),
    String(status.open_dead_letters),
  ];
}

function formatLag(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

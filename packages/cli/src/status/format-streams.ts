import { REPORT_EXPIRES_MS } from '@timepoint/shared/contract/connection-report';
import { publishedTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import type { SystemReading } from '@timepoint/shared/monitoring/assess';
import { restsUntil } from '@timepoint/shared/monitoring/assess-stream';
import { span } from '@timepoint/shared/platform/time-span';
import type { QueuesReading, StreamHold } from '@timepoint/shared/queues/read-queues';
import { formatTable } from '../format/format-table.ts';

const COLUMNS = [
  'stream',
  'newest',
  'watermark',
  'events/s',
  'lag',
  'rows',
  'connection',
  'holes',
  'dead letters',
] as const;
/** Shown for a value that is unknown or does not apply. */
const NONE = '–';

/**
 * Formats the streams that have events or are followed as a table. The rate is that of the timepoints since the reading
 * `before`. Without one it is unknown.
 */
export function formatStreams(reading: SystemReading, before: SystemReading | null): string {
  const names = namesIn(reading);
  if (names.length === 0) return 'No event has arrived yet.';
  const rows = names.map((name) => formatRow(name, reading, before));
  return formatTable(COLUMNS, rows, 'numbers');
}

function namesIn({ queues, statuses }: SystemReading): string[] {
  const followed = queues?.streams.filter(({ hold }) => hold !== 'unregistered') ?? [];
  const names = [...followed, ...(statuses ?? [])].map(({ stream }) => stream);
  return [...new Set(names)].toSorted();
}

function formatRow(
  name: string,
  { at, queues, statuses }: SystemReading,
  before: SystemReading | null,
): string[] {
  const status = statuses?.find(({ stream }) => stream === name);
  const connection = formatConnection(
    queues?.streams.find(({ stream }) => stream === name),
    queues,
    at,
  );
  if (status === undefined) return [name, NONE, NONE, NONE, NONE, NONE, connection, NONE, NONE];
  const earlier = before?.statuses?.find(({ stream }) => stream === name);
  const rate = before === null ? null : rateOf(status, earlier, at - before.at);
  const { newest_timepoint: newest, watermark } = status;
  return [
    name,
    newest === null ? NONE : String(newest),
    `${watermark}${status.is_contiguous ? '' : ' (behind)'}`,
    rate === null ? NONE : rate.toFixed(rate < 10 ? 1 : 0),
    status.lag_seconds === null ? NONE : formatLag(status.lag_seconds),
    `~${status.approximate_rows}`,
    connection,
    status.open_holes > 0
      ? `${status.accepted_holes} + ${status.open_holes} open`
      : String(status.accepted_holes),
    String(status.open_dead_letters),
  ];
}

/** The rate in events per second. Null without an earlier reading. */
function rateOf(
  { newest_timepoint: newest }: StreamStatus,
  earlier: StreamStatus | undefined,
  elapsedMs: number,
): number | null {
  if (earlier === undefined || newest === null) return null;
  // A new epoch has much larger stored timepoints, so the difference is no rate.
  const came = publishedTimepoint(newest) - publishedTimepoint(earlier.newest_timepoint ?? newest);
  return (Math.max(0, came) / elapsedMs) * 1000;
}

/** The state of the connection and its duration, such as `open 3 h` or `down 45 s`. */
function formatConnection(hold: StreamHold | undefined, queues: QueuesReading | null, at: number): string {
  if (queues === null) return '?';
  if (hold === undefined || hold.hold === 'unregistered') return NONE;
  const { report, registeredAt } = hold;
  const down = `down ${span(at - (report?.downSince ?? registeredAt ?? at))}`;
  if (hold.hold === 'unheld')
    return queues.isBudgetUsed && (restsUntil(hold) ?? at) <= at ? 'waits its turn' : down;
  if (report === null || at - report.at > REPORT_EXPIRES_MS) return 'no report';
  if (report.state === 'open') return `open ${span(at - report.since)}`;
  return report.state === 'draining' ? `draining ${span(at - report.since)}` : down;
}

function formatLag(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import type { SystemReading } from '@timepoint/shared/monitoring/assess';
import type { QueuesReading, StreamHold } from '@timepoint/shared/queues/read-queues';

/** For tests: the current time, in ms since 1970. */
export const NOW = 1_800_000_000_000;

/** For tests: the status of the stream of companies, with `changes`. */
export const statusOf = (changes: Partial<StreamStatus> = {}): StreamStatus => ({
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

/** For tests: the stream of companies with a connection that has been open for an hour, with `changes`. */
export const holdOf = (
  changes: Partial<StreamHold> = {},
  report: Partial<ConnectionReport> = {},
): StreamHold => ({
  stream: 'companies',
  hold: 'held',
  registeredAt: NOW - 86_400_000,
  report: {
    state: 'open',
    since: NOW - 10_800_000,
    downSince: null,
    nextTryAt: null,
    ending: null,
    detail: null,
    lastByteAt: NOW,
    lastEventAt: NOW,
    silenceLimitMs: 3_600_000,
    connection: 'c0ffee',
    holder: 'host:1',
    at: NOW,
    ...report,
  },
  ...changes,
});

/** For tests: a reading of the system. A store that can't be reached is null. */
export const readingOf = (
  statuses: readonly StreamStatus[] | null = [statusOf()],
  queues: Partial<QueuesReading> | null = {},
): SystemReading => ({
  at: NOW,
  statuses,
  queues:
    queues === null
      ? null
      : {
          streams: [holdOf()],
          isBudgetUsed: false,
          budget: null,
          depths: [],
          oldestEventsAt: null,
          ...queues,
        },
});

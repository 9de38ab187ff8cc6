import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { createRegistry } from '@timepoint/shared/platform/metrics';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** The streams that are held now, with the reports of their connections. */
export type HeldStreams = ReadonlyMap<StreamName, { readonly current: ConnectionReport }>;

/** The metrics of the ingestor, by stage: connection, lines, publish. */
export function createMetrics(held: HeldStreams = new Map()) {
  const registry = createRegistry('ingestor');
  const registers = [registry];
  const labelNames = ['stream'] as const;
  addConnectionGauges(registry, held);
  return {
    registry,
    connectionBytes: new Counter({
      name: 'timepoint_connection_bytes_total',
      help: 'Bytes read, heartbeats included, after decompression',
      labelNames,
      registers,
    }),
    connectionEndings: new Counter({
      name: 'timepoint_connection_endings_total',
      help: 'Connections that ended, by reason',
      labelNames: ['stream', 'ending'] as const,
      registers,
    }),
    connectionBudget: new Gauge({
      name: 'timepoint_connection_budget',
      help: 'Connections of all ingestors together: as configured, and as allowed by the publisher',
      labelNames: ['kind'] as const,
      registers,
    }),
    loopFailures: new Counter({
      name: 'timepoint_connection_loop_failures_total',
      help: 'Errors that the loop of a stream did not expect; the log has each',
      labelNames,
      registers,
    }),
    jobFailures: new Counter({
      name: 'timepoint_queue_failures_total',
      help: 'Tries of jobs that failed, by queue; the log has each',
      labelNames: ['queue'] as const,
      registers,
    }),
    ...lineMetrics(registry),
    ...publishMetrics(registry),
  };
}

function lineMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['stream'] as const;
  return {
    linesRead: new Counter({
      name: 'timepoint_lines_read_total',
      help: 'Complete lines read, heartbeats not counted',
      labelNames,
      registers,
    }),
    heartbeatsRead: new Counter({
      name: 'timepoint_lines_heartbeats_total',
      help: 'Heartbeats read',
      labelNames,
      registers,
    }),
    holesAccepted: new Counter({
      name: 'timepoint_lines_holes_total',
      help: 'Holes that the stream did not fill when asked again, by cause',
      labelNames: ['stream', 'cause'] as const,
      registers,
    }),
  };
}

function publishMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['stream'] as const;
  return {
    publishSeconds: new Histogram({
      name: 'timepoint_publish_duration_seconds',
      help: 'Time to push one batch and store its resume timepoint',
      labelNames,
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    publishedEvents: new Histogram({
      name: 'timepoint_publish_batch_events',
      help: 'Lines in a published batch',
      labelNames,
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
      registers,
    }),
    publishedBytes: new Histogram({
      name: 'timepoint_publish_batch_bytes',
      help: 'Bytes of the lines in a published batch',
      labelNames,
      buckets: [1024, 4096, 16_384, 65_536, 131_072, 262_144, 1_048_576],
      registers,
    }),
    resumeTimepoint: new Gauge({
      name: 'timepoint_publish_resume_timepoint',
      help: 'The stored timepoint from which the stream would be resumed',
      labelNames,
      registers,
    }),
  };
}

/** Values from the report of a held stream at the time of a scrape; null leaves the stream out. */
const CONNECTION_GAUGES: readonly {
  name: string;
  help: string;
  of: (report: ConnectionReport, now: number) => number | null;
}[] = [
  {
    name: 'timepoint_connection_up',
    help: '1 while the connection of a held stream is open, else 0',
    of: ({ state }) => Number(state === 'open'),
  },
  {
    name: 'timepoint_connection_counted_anew',
    help: '1 while the publisher counts a held stream anew and no new epoch was begun, else 0',
    of: ({ countedAnew }) => Number(Boolean(countedAnew)),
  },
  {
    name: 'timepoint_connection_byte_age_seconds',
    help: 'Time since the last byte of a held stream; heartbeats come every 30 s',
    of: ({ lastByteAt }, now) => secondsSince(lastByteAt, now),
  },
  {
    name: 'timepoint_connection_event_age_seconds',
    help: 'Time since the last event of a held stream, whichever connection brought it',
    of: ({ lastEventAt }, now) => secondsSince(lastEventAt, now),
  },
  {
    name: 'timepoint_connection_position_age_seconds',
    help: 'Time since a held stream was last known to be complete; 0 after the first heartbeat or new event',
    of: ({ downSince }, now) => (downSince === null ? 0 : secondsSince(downSince, now)),
  },
];

function addConnectionGauges(registry: Registry, held: HeldStreams): void {
  for (const { name, help, of } of CONNECTION_GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: ['stream'],
      registers: [registry],
      collect() {
        // Another ingestor reports a stream that was let go.
        this.reset();
        for (const [stream, { current }] of held) {
          const value = of(current, Date.now());
          if (value !== null) this.set({ stream }, value);
        }
      },
    });
  }
}

function secondsSince(moment: number | null, now: number): number | null {
  return moment === null ? null : Math.max(0, now - moment) / 1000;
}

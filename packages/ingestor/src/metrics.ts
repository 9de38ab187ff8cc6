import { createRegistry } from '@timepoint/shared/metrics';
import { Counter, Gauge, Histogram } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** The metrics of the ingestor, by stage: connection, lines, publish. */
export function createMetrics() {
  const registry = createRegistry('ingestor');
  const registers = [registry];
  const labelNames = ['stream'] as const;
  return {
    registry,
    connectionUp: new Gauge({
      name: 'timepoint_connection_up',
      help: '1 while the connection of a stream is open',
      labelNames,
      registers,
    }),
    connectionEndings: new Counter({
      name: 'timepoint_connection_endings_total',
      help: 'Connections that ended, by reason',
      labelNames: ['stream', 'ending'] as const,
      registers,
    }),
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
      help: 'Holes that the stream did not fill when asked again',
      labelNames: ['stream', 'cause'] as const,
      registers,
    }),
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
    resumeTimepoint: new Gauge({
      name: 'timepoint_publish_resume_timepoint',
      help: 'The stored timepoint from which the stream would be resumed',
      labelNames,
      registers,
    }),
  };
}

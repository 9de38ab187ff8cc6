import { createRegistry } from '@timepoint/shared/metrics';
import { Counter, Gauge, Histogram } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** The metrics of the worker, by stage: apply, merge, store, streams. */
export function createMetrics() {
  const registry = createRegistry('worker');
  const registers = [registry];
  return {
    registry,
    applySeconds: new Histogram({
      name: 'timepoint_apply_duration_seconds',
      help: 'Time to apply one job',
      labelNames: ['stream'] as const,
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    }),
    applyEvents: new Counter({
      name: 'timepoint_apply_events_total',
      help: 'Events by outcome: applied, stale, duplicate, dead',
      labelNames: ['stream', 'outcome'] as const,
      registers,
    }),
    applyLagSeconds: new Histogram({
      name: 'timepoint_apply_lag_seconds',
      help: 'From the receipt of the first line of a job to its commit',
      labelNames: ['stream'] as const,
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60, 600, 3600],
      registers,
    }),
    schemaDrift: new Counter({
      name: 'timepoint_schema_drift_total',
      help: 'What documents had that the publisher does not document, each counted once',
      labelNames: ['stream', 'kind'] as const,
      registers,
    }),
    mergeSeconds: new Histogram({
      name: 'timepoint_merge_duration_seconds',
      help: 'Time to merge one chunk of a snapshot',
      buckets: [0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    }),
    mergeRows: new Counter({
      name: 'timepoint_merge_rows_total',
      help: 'Rows of snapshots merged into the register',
      registers,
    }),
    watermark: new Gauge({
      name: 'timepoint_apply_watermark_timepoint',
      help: 'Everything up to this timepoint of a stream has ended in the database',
      labelNames: ['stream'] as const,
      registers,
    }),
    storeFailures: new Counter({
      name: 'timepoint_store_failures_total',
      help: 'Jobs put back because of the store',
      registers,
    }),
    breakerOpen: new Gauge({
      name: 'timepoint_store_breaker_open',
      help: '1 while no jobs are taken because the store fails',
      registers,
    }),
    rewinds: new Counter({
      name: 'timepoint_streams_rewinds_total',
      help: 'Streams sent back to events that were lost between the queue and the database',
      labelNames: ['stream'] as const,
      registers,
    }),
  };
}

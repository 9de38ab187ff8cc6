import { createRegistry } from '@timepoint/shared/platform/metrics';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Observe } from './health/observe.ts';
import { addObservedGauges } from './health/observed-gauges.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * The metrics of the worker, by stage: apply, merge, store, streams. `observe` adds the gauges of the whole system, which are
 * read at the time of a scrape. Without `observe` these gauges have no values.
 */
export function createMetrics(observe?: Observe) {
  const registry = createRegistry('worker');
  const registers = [registry];
  addObservedGauges(registry, observe);
  return {
    registry,
    ...applyMetrics(registry),
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
    storeFailures: new Counter({
      name: 'timepoint_store_failures_total',
      help: 'Jobs put back because of the store',
      registers,
    }),
    refusedJobs: new Counter({
      name: 'timepoint_store_refused_jobs_total',
      help: 'Jobs that can not be read, or that the database refuses although the store works and no part of them is bad alone',
      labelNames: ['queue'] as const,
      registers,
    }),
    breakerOpen: new Gauge({
      name: 'timepoint_store_breaker_open',
      help: '1 while this worker takes no jobs because the store fails',
      registers,
    }),
    jobFailures: new Counter({
      name: 'timepoint_queue_failures_total',
      help: 'Tries of jobs that failed, by queue; the log has each',
      labelNames: ['queue'] as const,
      registers,
    }),
    failures: new Counter({
      name: 'timepoint_worker_failures_total',
      help: 'Failures of the recurring work of this worker, by part; the log has each',
      labelNames: ['part'] as const,
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

function applyMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['stream'] as const;
  return {
    applySeconds: new Histogram({
      name: 'timepoint_apply_duration_seconds',
      help: 'Time to apply one job',
      labelNames,
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    }),
    applyEvents: new Counter({
      name: 'timepoint_apply_events_total',
      help: 'Events by outcome: applied, stale, duplicate, dead',
      labelNames: ['stream', 'outcome'] as const,
      registers,
    }),
    receivedLagSeconds: new Histogram({
      name: 'timepoint_apply_received_lag_seconds',
      help: 'From the receipt of the first line of a job to its commit, once for each job',
      labelNames,
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60, 600, 3600],
      registers,
    }),
    publishedLagSeconds: new Histogram({
      name: 'timepoint_apply_published_lag_seconds',
      help: "From the publication of the newest event of a job, by the publisher's clock, to its commit, once for each job",
      labelNames,
      buckets: [0.1, 0.3, 1, 3, 10, 30, 60, 600, 3600, 21_600, 86_400],
      registers,
    }),
    schemaDrift: new Counter({
      name: 'timepoint_schema_drift_total',
      help: 'What documents had that the publisher does not document, each counted once',
      labelNames: ['stream', 'kind'] as const,
      registers,
    }),
  };
}

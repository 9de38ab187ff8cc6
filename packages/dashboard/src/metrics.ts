import { createRegistry } from '@timepoint/shared/platform/metrics';
import { Counter, Gauge } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** The metrics of the dashboard; `countFollowers` returns the number of status pages that are live now. */
export function createMetrics(countFollowers: () => number) {
  const registry = createRegistry('dashboard');
  const registers = [registry];
  new Gauge({
    name: 'timepoint_dashboard_live_pages',
    help: 'Status pages that are open and live',
    registers,
    collect() {
      this.set(countFollowers());
    },
  });
  return {
    registry,
    refusals: new Counter({
      name: 'timepoint_dashboard_refusals_total',
      help: 'Requests that were refused, by why: host, password, throttled, role, cross-site',
      labelNames: ['refusal'] as const,
      registers,
    }),
    sampleFailures: new Counter({
      name: 'timepoint_dashboard_sample_failures_total',
      help: 'Parts of the status that could not be read, by part; `all` when it could not be shown at all; the log has each reason',
      labelNames: ['part'] as const,
      registers,
    }),
    actions: new Counter({
      name: 'timepoint_dashboard_actions_total',
      help: 'Actions on dead letters that were asked for: replay, dry-run, discard',
      labelNames: ['what'] as const,
      registers,
    }),
  };
}

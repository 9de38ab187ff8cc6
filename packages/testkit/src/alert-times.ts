import type { AlertsOptions } from '@timepoint/shared/monitoring/start-alerts';

/** For tests: intervals and times of alerts in parts of a second instead of minutes. */
export const FAST = {
  lookMs: 50,
  times: { calmMs: [100, 200, 400], memoryMs: 500, notedMs: 500 },
} satisfies Pick<AlertsOptions, 'lookMs' | 'times'>;

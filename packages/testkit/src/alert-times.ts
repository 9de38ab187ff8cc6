import type { AlertsOptions } from '@timepoint/shared/monitoring/start-alerts';

/** For tests: what takes minutes takes parts of a second. */
export const FAST = {
  lookMs: 50,
  times: { calmMs: [100, 200, 400], memoryMs: 500, notedMs: 500 },
} satisfies Pick<AlertsOptions, 'lookMs' | 'times'>;

import type { Logger } from '@timepoint/shared/platform/logger';
import type { Metrics } from '../metrics.ts';

export interface ReportOptions {
  readonly metrics: Pick<Metrics, 'sampleFailures'>;
  readonly logger: Logger;
}

/** Why parts of a sample could not be read, by part. */
export type Failures = Readonly<Record<string, string>>;

/**
 * Reports the parts of each sample that could not be read. Every failure is counted. As samples are taken every second, a
 * failure is logged once for each reason, and once when the part can be read again.
 */
export function createFailureReport({ metrics, logger }: ReportOptions): (failures: Failures) => void {
  let before: Failures = {};
  return (failures) => {
    for (const [part, reason] of Object.entries(failures)) {
      metrics.sampleFailures.inc({ part });
      if (before[part] !== reason)
        logger.warn(
          { part, reason },
          'a part of the status can not be read: it is tried again every few seconds',
        );
    }
    for (const part of Object.keys(before))
      if (!(part in failures)) logger.info({ part }, 'a part of the status can be read again');
    before = failures;
  };
}

import type { Database } from '@timepoint/database/pool';
import type { Limits } from '@timepoint/shared/monitoring/finding';
import { type AlertsOptions, startAlerts } from '@timepoint/shared/monitoring/start-alerts';
import { createLogger } from '@timepoint/shared/platform/logger';
import { FAST } from '@timepoint/testkit/alert-times';
import { assessing } from '../health/assess-system.ts';
import { observing } from '../health/observe.ts';
import { createMetrics } from '../metrics.ts';
import { createRecurringWork } from '../reconcile/recurring-work.ts';
import { notifyLostQueue } from './notify-lost-queue.ts';

export interface TestAlertsOptions extends Pick<AlertsOptions, 'queues' | 'webhookUrl' | 'prefix' | 'times'> {
  readonly database: Database;
  readonly limits?: Partial<Limits>;
  readonly storeFailure?: () => Error | null;
  readonly workFailure?: () => string | null;
}

const LIMITS = { downMs: 600_000, behindMs: 600_000, deadLetters: 3 };
const logger = createLogger({ name: 'test', level: 'silent' });

/** For tests: starts the alerts of a worker with these connections. */
export function startTestAlerts({
  database,
  limits,
  storeFailure = () => null,
  workFailure = () => null,
  ...options
}: TestAlertsOptions): { close(): Promise<void> } {
  const observe = observing({ queues: options.queues, database, keepMs: 0 });
  const assessNow = assessing({ observe, limits: { ...LIMITS, ...limits }, storeFailure, workFailure });
  const work = createRecurringWork({ metrics: createMetrics(), logger });
  return startAlerts({ ...FAST, ...options, assessNow, lostQueue: notifyLostQueue(database, work), logger });
}

import { dashboardSettings } from './dashboard.ts';
import { ingestorSettings } from './ingestor.ts';
import { workerSettings } from './worker.ts';

/** The settings of every process, so that what one machine has set can be checked as a whole. */
export const SETTINGS_BY_PROCESS = {
  ingestor: ingestorSettings,
  worker: workerSettings,
  dashboard: dashboardSettings,
};

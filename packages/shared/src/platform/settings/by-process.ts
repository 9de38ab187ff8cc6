import { dashboardSettings } from './dashboard.ts';
import { ingestorSettings } from './ingestor.ts';
import { workerSettings } from './worker.ts';

/** The settings of every process, to check all settings of a machine at once. */
export const SETTINGS_BY_PROCESS = {
  ingestor: ingestorSettings,
  worker: workerSettings,
  dashboard: dashboardSettings,
};

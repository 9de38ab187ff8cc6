import { hostname } from 'node:os';
import type { IncidentJob } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import type { Queues } from '@timepoint/shared/queues';
import type { Database } from '../database.ts';
import type { Judge } from '../judge-system.ts';
import { type Alert, formatAlert } from './format-alert.ts';
import { INCIDENT_TIMES, type IncidentTimes } from './incident.ts';
import { keepIncidents } from './keep-incidents.ts';
import { tellLostQueue } from './tell-lost-queue.ts';
import { watchIncidents } from './watch-incidents.ts';
import { sendAlert } from './webhook.ts';

export interface AlertsOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly judge: Judge;
  /** Where to tell it; undefined tells nobody. */
  readonly webhookUrl: string | undefined;
  /** `QUEUE_PREFIX`. */
  readonly prefix: string;
  readonly logger: Logger;
  /** How long from one look to the next, in ms. */
  readonly lookMs?: number;
  readonly times?: IncidentTimes;
}

const LOOK_MS = 10_000;

/**
 * Tells people through a webhook when something is wrong and when it is over: once for each incident, however many
 * workers do this.
 */
export function startAlerts({
  webhookUrl,
  prefix,
  lookMs = LOOK_MS,
  times = INCIDENT_TIMES,
  ...options
}: AlertsOptions): { close(): Promise<void> } {
  if (webhookUrl === undefined) return { close: async () => undefined };
  const { logger } = options;
  const stop = new AbortController();
  const installation = prefix.replace(/[{}]/g, '');
  const teller = { installation, host: hostname() };
  const tell = async (incident: IncidentJob, state: Alert['state']) => {
    await sendAlert(webhookUrl, formatAlert(incident, state, teller), stop.signal);
    logger.info({ incident: incident.kind, stream: incident.stream, state }, 'people were told');
  };
  const common = { ...options, tell, lookMs, times };
  const lostQueue = tellLostQueue({ ...common, installation });
  const keeper = keepIncidents(common);
  const watching = watchIncidents({ ...common, lostQueue }, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await Promise.all([watching, lostQueue.close(), keeper.close()]);
    },
  };
}

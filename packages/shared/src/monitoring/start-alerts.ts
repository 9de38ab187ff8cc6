import { hostname } from 'node:os';
import type { IncidentJob } from '../contract/job.ts';
import type { Logger } from '../platform/logger.ts';
import type { Queues } from '../queues/queues.ts';
import type { AssessNow } from './assessment.ts';
import { type Alert, formatAlert } from './format-alert.ts';
import { INCIDENT_TIMES, type IncidentTimes } from './incident.ts';
import { keepIncidents } from './keep-incidents.ts';
import { type LostQueue, watchIncidents } from './watch-incidents.ts';
import { sendAlert } from './webhook.ts';

/** What is needed to notify people of an incident. */
export interface NotifyOptions {
  readonly assessNow: AssessNow;
  readonly notify: (incident: IncidentJob, state: Alert['state']) => Promise<void>;
  /** Which Timepoint: the name in `QUEUE_PREFIX`. */
  readonly installation: string;
  /** The time from one look to the next, in ms. */
  readonly lookMs: number;
  readonly times: IncidentTimes;
  readonly logger: Logger;
}

export interface AlertsOptions {
  readonly queues: Queues;
  readonly assessNow: AssessNow;
  /** Makes the part that notifies people of a lost queue; undefined when other processes do that. */
  readonly lostQueue?: (options: NotifyOptions) => LostQueue;
  /** Where alerts are sent; undefined sends none. */
  readonly webhookUrl: string | undefined;
  /** `QUEUE_PREFIX`. */
  readonly prefix: string;
  readonly logger: Logger;
  /** The time from one look to the next, in ms. */
  readonly lookMs?: number;
  readonly times?: IncidentTimes;
}

const LOOK_MS = 10_000;

/**
 * Notifies people through a webhook when something is wrong and when it is over: once for each incident, however many
 * processes run this.
 */
export function startAlerts({
  webhookUrl,
  prefix,
  lookMs = LOOK_MS,
  times = INCIDENT_TIMES,
  lostQueue: openLostQueue,
  queues,
  assessNow,
  logger,
}: AlertsOptions): { close(): Promise<void> } {
  if (webhookUrl === undefined) return { close: async () => undefined };
  const stop = new AbortController();
  const installation = prefix.replace(/[{}]/g, '');
  const sender = { installation, host: hostname() };
  const notify = async (incident: IncidentJob, state: Alert['state']) => {
    await sendAlert(webhookUrl, formatAlert(incident, state, sender), stop.signal);
    logger.info({ incident: incident.kind, stream: incident.stream, state }, 'people were notified');
  };
  const options: NotifyOptions = { assessNow, notify, installation, lookMs, times, logger };
  const lostQueue = openLostQueue?.(options) ?? null;
  const keeper = keepIncidents({ ...options, queues });
  const watching = watchIncidents({ ...options, queues, lostQueue }, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await Promise.all([watching, lostQueue?.close(), keeper.close()]);
    },
  };
}

import { hostname } from 'node:os';
import type { IncidentJob } from '../contract/job.ts';
import type { Logger } from '../platform/logger.ts';
import type { Queues } from '../queues/queues.ts';
import type { Judge } from './assessment.ts';
import { type Alert, formatAlert } from './format-alert.ts';
import { INCIDENT_TIMES, type IncidentTimes } from './incident.ts';
import { keepIncidents } from './keep-incidents.ts';
import { type LostQueue, watchIncidents } from './watch-incidents.ts';
import { sendAlert } from './webhook.ts';

/** What it takes to tell people of an incident. */
export interface Telling {
  readonly judge: Judge;
  readonly tell: (incident: IncidentJob, state: Alert['state']) => Promise<void>;
  /** Which Timepoint: the name in `QUEUE_PREFIX`. */
  readonly installation: string;
  /** How long from one look to the next, in ms. */
  readonly lookMs: number;
  readonly times: IncidentTimes;
  readonly logger: Logger;
}

export interface AlertsOptions {
  readonly queues: Queues;
  readonly judge: Judge;
  /** How to tell of a lost queue; undefined when others do. */
  readonly lostQueue?: (telling: Telling) => LostQueue;
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
 * processes do this.
 */
export function startAlerts({
  webhookUrl,
  prefix,
  lookMs = LOOK_MS,
  times = INCIDENT_TIMES,
  lostQueue: openLostQueue,
  queues,
  judge,
  logger,
}: AlertsOptions): { close(): Promise<void> } {
  if (webhookUrl === undefined) return { close: async () => undefined };
  const stop = new AbortController();
  const installation = prefix.replace(/[{}]/g, '');
  const teller = { installation, host: hostname() };
  const tell = async (incident: IncidentJob, state: Alert['state']) => {
    await sendAlert(webhookUrl, formatAlert(incident, state, teller), stop.signal);
    logger.info({ incident: incident.kind, stream: incident.stream, state }, 'people were told');
  };
  const telling: Telling = { judge, tell, installation, lookMs, times, logger };
  const lostQueue = openLostQueue?.(telling) ?? null;
  const keeper = keepIncidents({ ...telling, queues });
  const watching = watchIncidents({ ...telling, queues, lostQueue }, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await Promise.all([watching, lostQueue?.close(), keeper.close()]);
    },
  };
}

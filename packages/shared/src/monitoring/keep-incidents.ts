import { type IncidentJob, incidentNoteSchema } from '../contract/job.ts';
import { catalogue } from '../queues/catalogue.ts';
import type { Take } from '../queues/consume.ts';
import type { Queues } from '../queues/queues.ts';
import type { AssessNow } from './assessment.ts';
import type { Alert } from './format-alert.ts';
import { type IncidentTimes, lookFor, noted, stepIncident } from './incident.ts';

export interface KeepOptions {
  readonly queues: Queues;
  readonly assessNow: AssessNow;
  readonly notify: (incident: IncidentJob, state: Alert['state']) => Promise<void>;
  /** How long until an incident is looked at again, in ms. */
  readonly lookMs: number;
  readonly times: IncidentTimes;
}

/** Incidents that are handled at the same time: a slow webhook must not hold up the other incidents. */
const CONCURRENCY = 4;

/**
 * Takes incidents from the queue, one step at a time, and puts each back until it has been over for long enough.
 * Between two steps an incident belongs to no process, so the others keep those of a process that was killed. People
 * are notified first and the incident is saved afterwards, so a kill in between notifies them twice. A notification
 * that fails is tried again with growing delays.
 */
export function keepIncidents({ queues, assessNow, notify, lookMs, times }: KeepOptions): {
  close(): Promise<void>;
} {
  const take: Take<IncidentJob> = async (job, { putBack }) => {
    const incident = job.data;
    const now = Date.now();
    const note = incidentNoteSchema.safeParse(job.progress).data ?? null;
    const finding = noted(incident, note, now, times);
    const sighting =
      finding === null ? lookFor(incident, await assessNow()) : ({ kind: 'present', finding } as const);
    const step = stepIncident(incident, sighting, now, times);
    if (step.kind === 'forget') return;
    if (step.kind === 'notify') await notify(step.incident, step.state);
    if (JSON.stringify(step.incident) !== JSON.stringify(incident)) await job.updateData(step.incident);
    await putBack({ delayMs: lookMs });
  };
  const worker = queues.consume(catalogue.incidents, take, { concurrency: CONCURRENCY });
  return { close: () => worker.close() };
}

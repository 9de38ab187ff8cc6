import { DelayedError, UnrecoverableError } from 'bullmq';
import { type IncidentJob, incidentJobSchema, incidentNoteSchema } from '../contract/job.ts';
import type { Job, Queues } from '../queues/queues.ts';
import type { Judge } from './assessment.ts';
import type { Alert } from './format-alert.ts';
import { type IncidentTimes, lookFor, noted, stepIncident } from './incident.ts';

export interface KeepOptions {
  readonly queues: Queues;
  readonly judge: Judge;
  readonly tell: (incident: IncidentJob, state: Alert['state']) => Promise<void>;
  /** How long until an incident is looked at again, in ms. */
  readonly lookMs: number;
  readonly times: IncidentTimes;
}

/** Incidents told at the same time, so that a slow webhook does not keep one from being told by another. */
const CONCURRENCY = 4;

/**
 * Takes incidents from the queue, one step at a time, and puts each back until it is long over. An incident belongs to
 * nobody between two steps, so that those of a process that was killed are kept by the others. People are told first
 * and then it is noted, so a kill in between tells them twice; what can't be told is tried again with growing delays.
 */
export function keepIncidents({ queues, judge, tell, lookMs, times }: KeepOptions): {
  close(): Promise<void>;
} {
  const take = async (job: Job<IncidentJob>, token?: string): Promise<void> => {
    const parsed = incidentJobSchema.safeParse(job.data);
    if (!parsed.success)
      throw new UnrecoverableError(`not a job of the queue incidents: ${parsed.error.message}`);
    const incident = parsed.data;
    const now = Date.now();
    const note = incidentNoteSchema.safeParse(job.progress).data ?? null;
    const finding = noted(incident, note, now, times);
    const sighting =
      finding === null ? lookFor(incident, await judge()) : ({ kind: 'present', finding } as const);
    const step = stepIncident(incident, sighting, now, times);
    if (step.kind === 'forget') return;
    if (step.kind === 'tell') await tell(step.incident, step.state);
    if (JSON.stringify(step.incident) !== JSON.stringify(incident)) await job.updateData(step.incident);
    await job.moveToDelayed(Date.now() + lookMs, token);
    throw new DelayedError();
  };
  const worker = queues.startWorker<IncidentJob>('incidents', take, { concurrency: CONCURRENCY });
  return { close: () => worker.close() };
}

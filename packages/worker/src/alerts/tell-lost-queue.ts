// Incidents are told through the queue, but for the one that takes the queue away. Whoever gets an advisory lock in
// Postgres tells it for all workers, and holds the lock until it is long over; without Postgres each tells for itself.
import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from '@timepoint/shared/errors';
import type { IncidentJob } from '@timepoint/shared/job';
import type { Logger } from '@timepoint/shared/logger';
import { retryDelay } from '@timepoint/shared/queues';
import type { Database } from '../database.ts';
import type { Judge, Judgement } from '../judge-system.ts';
import type { Alert } from './format-alert.ts';
import { type IncidentTimes, incidentOf, lookFor, stepIncident } from './incident.ts';

export interface LostQueueOptions {
  readonly database: Database;
  readonly judge: Judge;
  readonly tell: (incident: IncidentJob, state: Alert['state']) => Promise<void>;
  /** Sets two installations in one database apart. */
  readonly installation: string;
  readonly lookMs: number;
  readonly times: IncidentTimes;
  readonly logger: Logger;
}

export interface LostQueue {
  /** The queue is lost: begins to tell it, unless that is under way. */
  notice(): void;
  close(): Promise<void>;
}

/** Prepares to tell of a lost queue. */
export function tellLostQueue(options: LostQueueOptions): LostQueue {
  const stop = new AbortController();
  let following: Promise<void> | null = null;
  return {
    notice: () => {
      following ??= followForAll(options, stop.signal).finally(() => {
        following = null;
      });
    },
    close: async () => {
      stop.abort();
      await following;
    },
  };
}

async function followForAll(options: LostQueueOptions, signal: AbortSignal): Promise<void> {
  const { database, installation } = options;
  const lock = `timepoint: the queue of ${installation} is lost`;
  // Another worker that has the lock tells it; this one asks for the lock again at its next look.
  await database.exclusively(lock, () => follow(options, signal)).catch(() => follow(options, signal));
}

/** Follows the incident to its end. Never rejects. */
async function follow(options: LostQueueOptions, signal: AbortSignal): Promise<void> {
  const { judge, lookMs, times } = options;
  // Whoever had the lock before may just have told that it is over.
  let incident = findLoss(await judge());
  while (incident !== null && !signal.aborted) {
    const sighting = lookFor(incident, await judge());
    const step = stepIncident(incident, sighting, Date.now(), times);
    if (step.kind === 'forget') return;
    if (step.kind === 'tell') await tellUntilHeard(options, step, signal);
    incident = step.incident;
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

function findLoss({ findings }: Judgement): IncidentJob | null {
  const loss = findings.find(({ kind }) => kind === 'queue-unreachable');
  if (loss === undefined) return null;
  // The incident of the database would have to go through the queue.
  const database = findings.find(({ kind }) => kind === 'database-unreachable');
  const text = [loss.text, database?.text].filter(Boolean).join(' ');
  return incidentOf({ ...loss, text }, Date.now());
}

async function tellUntilHeard(
  { tell, logger }: LostQueueOptions,
  { incident, state }: { incident: IncidentJob; state: Alert['state'] },
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      return await tell(incident, state);
    } catch (error) {
      logger.warn({ incident: incident.kind, err: asError(error) }, 'the webhook failed; trying again');
      await sleep(retryDelay(attempt), undefined, { signal }).catch(() => undefined);
    }
  }
}

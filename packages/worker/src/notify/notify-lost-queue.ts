// Incidents are notified through the queue, except the loss of the queue itself. The worker that gets an advisory lock in
// Postgres sends the notifications for all workers. It holds the lock until the incident has been over for a while. Without
// Postgres each worker sends its own notifications.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@timepoint/database/pool';
import type { IncidentJob } from '@timepoint/shared/contract/job';
import type { ProcessAssessment } from '@timepoint/shared/monitoring/assessment';
import type { Alert } from '@timepoint/shared/monitoring/format-alert';
import { incidentOf, lookFor, stepIncident } from '@timepoint/shared/monitoring/incident';
import type { NotifyOptions } from '@timepoint/shared/monitoring/start-alerts';
import type { LostQueue } from '@timepoint/shared/monitoring/watch-incidents';
import { asError } from '@timepoint/shared/platform/errors';
import { retryDelay } from '@timepoint/shared/queues/queues';
import type { RecurringWork } from '../reconcile/recurring-work.ts';

interface LostQueueOptions extends NotifyOptions {
  readonly database: Database;
}

/** Makes the part that notifies people of a lost queue, once for all workers of a database. Its failures count as recurring work. */
export function notifyLostQueue(
  database: Database,
  work: RecurringWork,
): (options: NotifyOptions) => LostQueue {
  return (options) => {
    const stop = new AbortController();
    let following: Promise<void> | null = null;
    return {
      notice: () => {
        following ??= work
          .run('report-lost-queue', () => followForAll({ ...options, database }, stop.signal))
          .then(() => {
            following = null;
          });
      },
      close: async () => {
        stop.abort();
        await following;
      },
    };
  };
}

async function followForAll(options: LostQueueOptions, signal: AbortSignal): Promise<void> {
  const { database, installation, logger } = options;
  const lock = `timepoint: the queue of ${installation} is lost`;
  // While another worker has the lock, that one notifies. This one asks for the lock again at its next look.
  let hasLock = false;
  const underLock = () => {
    hasLock = true;
    return follow(options, signal);
  };
  try {
    await database.exclusively(lock, underLock);
  } catch (error) {
    if (hasLock) throw error;
    logger.warn(
      { err: asError(error) },
      'Postgres gives no lock: this worker reports the lost queue by itself',
    );
    await follow(options, signal);
  }
}

/** Follows the incident to its end. */
async function follow(options: LostQueueOptions, signal: AbortSignal): Promise<void> {
  const { assessNow, lookMs, times } = options;
  // The worker that had the lock before may just have sent the notification that the incident is over.
  let incident = findLoss(await assessNow());
  while (incident !== null && !signal.aborted) {
    const sighting = lookFor(incident, await assessNow());
    const step = stepIncident(incident, sighting, Date.now(), times);
    if (step.kind === 'forget') return;
    if (step.kind === 'notify') await notifyUntilSent(options, step, signal);
    incident = step.incident;
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

function findLoss({ findings }: ProcessAssessment): IncidentJob | null {
  const loss = findings.find(({ kind }) => kind === 'queue-unreachable');
  if (loss === undefined) return null;
  // A separate incident of the database could only be notified through the lost queue.
  const database = findings.find(({ kind }) => kind === 'database-unreachable');
  const text = [loss.text, database?.text].filter(Boolean).join(' ');
  return incidentOf({ ...loss, text }, Date.now());
}

async function notifyUntilSent(
  { notify, logger }: LostQueueOptions,
  { incident, state }: { incident: IncidentJob; state: Alert['state'] },
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      return await notify(incident, state);
    } catch (error) {
      logger.warn({ incident: incident.kind, err: asError(error) }, 'the webhook failed; trying again');
      await sleep(retryDelay(attempt), undefined, { signal }).catch(() => undefined);
    }
  }
}

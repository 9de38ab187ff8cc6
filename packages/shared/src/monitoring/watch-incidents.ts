import { setTimeout as sleep } from 'node:timers/promises';
import type { IncidentNote } from '../contract/job.ts';
import { asError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { catalogue } from '../queues/catalogue.ts';
import type { Queues } from '../queues/queues.ts';
import type { AssessNow } from './assessment.ts';
import { incidentOf, isNotifiable } from './incident.ts';

/** Notifies people of a lost queue. No incident in the queue can do that. */
export interface LostQueue {
  /** The queue is lost: begins to notify people, unless that is under way. */
  notice(): void;
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly queues: Queues;
  readonly assessNow: AssessNow;
  /** Null when other processes notify people of a lost queue. */
  readonly lostQueue: LostQueue | null;
  readonly lookMs: number;
  readonly logger: Logger;
}

/**
 * Looks every `lookMs` until the signal aborts. A problem that is found at two looks in a row becomes a job of the
 * queue `incidents`, once for all processes by its id, and is noted there each time that it is seen. A lost queue is
 * notified directly.
 */
export async function watchIncidents(options: WatchOptions, signal: AbortSignal): Promise<void> {
  let before: ReadonlySet<string> = new Set();
  while (!signal.aborted) {
    before = await look(options, before).catch((error: unknown) => {
      options.logger.warn({ err: asError(error) }, 'looking for incidents failed; trying again');
      return before;
    });
    await sleep(options.lookMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Looks once. Returns the ids of the problems that it found. */
async function look(
  { queues, assessNow, lostQueue }: WatchOptions,
  before: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { findings, canReachQueues } = await assessNow();
  const found = findings.filter(isNotifiable);
  const lasting = found.filter((finding) => before.has(catalogue.incidents.jobId(finding)));
  if (!canReachQueues) {
    if (lasting.some(({ kind }) => kind === 'queue-unreachable')) lostQueue?.notice();
  } else {
    for (const finding of lasting) {
      const incident = incidentOf(finding, Date.now());
      const job = await queues.incidents.add(incident.kind, incident, {
        jobId: catalogue.incidents.jobId(incident),
      });
      await job.updateProgress({ seenAt: incident.since, text: incident.text } satisfies IncidentNote);
    }
  }
  return new Set(found.map(catalogue.incidents.jobId));
}

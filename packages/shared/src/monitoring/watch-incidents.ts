import { setTimeout as sleep } from 'node:timers/promises';
import type { IncidentNote } from '../contract/job.ts';
import { asError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { Queues } from '../queues/queues.ts';
import type { Judge } from './assessment.ts';
import { incidentIdOf, incidentOf, isTold } from './incident.ts';

/** Tells of a lost queue, which no incident in the queue can tell of. */
export interface LostQueue {
  /** The queue is lost: begins to tell it, unless that is under way. */
  notice(): void;
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly queues: Queues;
  readonly judge: Judge;
  /** Null when others tell of a lost queue. */
  readonly lostQueue: LostQueue | null;
  readonly lookMs: number;
  readonly logger: Logger;
}

/**
 * Looks every `lookMs` until the signal aborts. What is found at two looks in a row becomes a job of the queue
 * `incidents`, once for all processes by its id, and is noted there each time that it is seen. A queue that is lost is
 * told directly.
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

/** Returns the ids of what it has found. */
async function look(
  { queues, judge, lostQueue }: WatchOptions,
  before: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { findings, canReachQueues } = await judge();
  const found = findings.filter(isTold);
  const lasting = found.filter((finding) => before.has(incidentIdOf(finding)));
  if (!canReachQueues) {
    if (lasting.some(({ kind }) => kind === 'queue-unreachable')) lostQueue?.notice();
  } else {
    for (const finding of lasting) {
      const incident = incidentOf(finding, Date.now());
      const job = await queues.incidents.add(incident.kind, incident, { jobId: incidentIdOf(incident) });
      await job.updateProgress({ seenAt: incident.since, text: incident.text } satisfies IncidentNote);
    }
  }
  return new Set(found.map(incidentIdOf));
}

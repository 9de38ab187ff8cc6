// Somebody wants a stream read again from a timepoint: after a hole that may have been filled upstream, or to be sure.
// It costs the publisher a connection and us a repetition, and changes nothing that is right. Only a position that the
// publisher has forgotten is dangerous: it refuses it, and what it publishes until we read live is missed.

import { saveAudit } from '@timepoint/database/audit/save-audit';
import { readBase } from '@timepoint/database/coverage/read-epochs';
import { type RewindRange, readRewindRange } from '@timepoint/database/coverage/read-rewind-range';
import type { Database } from '@timepoint/database/pool';
import { describeTimepoint, epochOf, storedTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { RETENTION_MS } from '@timepoint/shared/monitoring/assess-stream';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import { span } from '@timepoint/shared/platform/time-span';
import { removeUnlessTaken } from '@timepoint/shared/queues/contended-job';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readRewinds, requestRewind } from '@timepoint/shared/queues/rewinds';

export interface RewindRequest {
  readonly database: Database;
  readonly queues: Queues;
  readonly stream: StreamName;
  /** The first timepoint to be read again, as stored; or as the publisher numbers it in the latest epoch. */
  readonly timepoint: Timepoint;
  /** Also when the publisher may have forgotten the position. */
  readonly isForced: boolean;
  /** For the audit. */
  readonly who: string;
}

export interface Rewound {
  readonly stream: StreamName;
  readonly timepoint: number;
  readonly newest: number;
  /** `asked`; `moved-back`: an earlier request asked for less; `already-asked`: it asked for as much, nothing was done. */
  readonly request: 'asked' | 'moved-back' | 'already-asked';
  /** From where the earlier request reads; null without one. */
  readonly pending_timepoint: number | null;
  /** Whether an ingestor has the stream now, and so reads it again within seconds. */
  readonly is_held: boolean;
}

/**
 * Asks whoever holds the stream to read it again.
 * @throws TimepointError `nothing-read`, `out-of-range` or `too-old`, each with what can be asked for instead, and
 * `not-queued` when the queue did not take the request.
 */
export async function rewindStream(request: RewindRequest): Promise<Rewound> {
  const { database, queues, stream, isForced, who } = request;
  const base = await readBase(database, stream);
  const timepoint = inLatestEpoch(request.timepoint, base);
  const range = await readRewindRange(database, stream, timepoint, base);
  const newest = checkRange(stream, timepoint, range);
  if (!isForced) checkAge(stream, timepoint, range?.published_at ?? null, Date.now());
  // A request for an earlier epoch is left out by the ingestor.
  const pending = (await readRewinds(queues, stream)).filter(({ data }) => data.timepoint > base);
  const pendingTimepoint =
    pending.length === 0 ? null : Math.min(...pending.map(({ data }) => data.timepoint));
  const answer = (kind: Rewound['request'], isHeld: boolean): Rewound => ({
    stream,
    timepoint,
    newest,
    request: kind,
    pending_timepoint: pendingTimepoint,
    is_held: isHeld,
  });
  const isHeld = (await (await queues.streams.getJob(stream))?.isActive()) ?? false;
  if (pendingTimepoint !== null && pendingTimepoint <= timepoint) return answer('already-asked', isHeld);
  // Nothing is asked for before its row in the audit has committed: an ingestor takes it up within a second.
  await saveAudit(database, {
    who,
    what: 'rewind',
    details: { stream, timepoint, newest, forced: isForced },
  });
  await requestRewind(queues, stream, timepoint).catch((error: unknown) => {
    throw notQueued(stream, timepoint, error);
  });
  // They are included. One that stays after a crash here costs nothing: the lowest counts.
  for (const included of pending) await removeUnlessTaken(included);
  return answer(pendingTimepoint === null ? 'asked' : 'moved-back', isHeld);
}

function notQueued(stream: string, timepoint: number, cause: unknown): TimepointError {
  const text =
    `The queue did not take the request to read ${stream} again from ${describeTimepoint(timepoint)}: ${asError(cause).message}. Its row is in ` +
    'ingest.audit. Run the command again when the queue answers.';
  return new TimepointError('not-queued', text, { retryable: true, cause });
}

/** The publisher's own number means an event of the latest epoch: those of earlier ones it has no more. */
function inLatestEpoch(timepoint: Timepoint, base: number): Timepoint {
  return (epochOf(timepoint) === 0 ? storedTimepoint(timepoint, base) : timepoint) ?? timepoint;
}

/** Returns the newest timepoint. */
function checkRange(stream: string, timepoint: number, range: RewindRange | null): number {
  if (range === null || range.newest === null) {
    const text = `Nothing of ${stream} was read yet, so nothing can be read again.`;
    throw new TimepointError('nothing-read', text);
  }
  const { origin, newest } = range;
  if (timepoint > origin && timepoint <= newest) return newest;
  const why =
    timepoint <= origin
      ? epochOf(origin + 1) > 0
        ? 'Companies House has counted it anew since, and has the earlier events no more.'
        : `Its history here begins with ${origin + 1}; what was before is in the files that \`timepoint snapshot import\` takes.`
      : 'From the newest on it is read anyway.';
  const text = `${stream} can be read again from ${describeTimepoint(origin + 1)} to ${describeTimepoint(newest)}, not from ${describeTimepoint(timepoint)}. ${why}`;
  throw new TimepointError('out-of-range', text);
}

function checkAge(stream: string, timepoint: number, publishedAt: Date | null, now: number): void {
  if (publishedAt !== null && now - publishedAt.getTime() <= RETENTION_MS) return;
  const age = publishedAt === null ? 'before the log begins' : `${span(now - publishedAt.getTime())} ago`;
  const text =
    `${timepoint} of ${stream} was published ${age}, and Companies House keeps events for about ${span(RETENTION_MS)}. ` +
    'When it refuses the position, the stream is read live, and what it publishes in the seconds between becomes a ' +
    'recorded hole. Name a newer timepoint, or add --force.';
  throw new TimepointError('too-old', text);
}

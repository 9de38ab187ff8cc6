// An operator rewinds a stream to an earlier timepoint, after a hole that the publisher may have filled, or to be
// certain. A rewind costs a new connection and repeated work, and does not change rows that are right. Only a position
// that the publisher no longer has is dangerous: the publisher refuses it, and events until the stream is read live are
// missed.

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
  /** The first timepoint to read again: as stored, or by its number of the publisher in the latest epoch. */
  readonly timepoint: Timepoint;
  /** Rewinds also when the publisher may no longer have the position. */
  readonly isForced: boolean;
  /** The user of the command, for the audit. */
  readonly who: string;
}

export interface Rewound {
  readonly stream: StreamName;
  readonly timepoint: number;
  readonly newest: number;
  /**
   * `asked`: a new request. `moved-back`: it extends a pending request. `already-asked`: a pending request includes it.
   */
  readonly request: 'asked' | 'moved-back' | 'already-asked';
  /** The timepoint of the pending request. Null without one. */
  readonly pending_timepoint: number | null;
  /** Whether an ingestor has the stream now, and so rewinds within seconds. */
  readonly is_held: boolean;
}

/**
 * Requests a rewind from the ingestor of a stream.
 * @throws TimepointError `nothing-read`, `out-of-range` or `too-old`, each with a timepoint or an option that works,
 * and `not-queued` when the queue did not accept the request.
 */
export async function rewindStream(request: RewindRequest): Promise<Rewound> {
  const { database, queues, stream, isForced, who } = request;
  const base = await readBase(database, stream);
  const timepoint = inLatestEpoch(request.timepoint, base);
  const range = await readRewindRange(database, stream, timepoint, base);
  const newest = checkRange(stream, timepoint, range);
  if (!isForced) checkAge(stream, timepoint, range?.published_at ?? null, Date.now());
  // The ingestor ignores a request for an earlier epoch.
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
  // The row of the audit is committed before the request, as an ingestor takes up the request within a second.
  await saveAudit(database, {
    who,
    what: 'rewind',
    details: { stream, timepoint, newest, forced: isForced },
  });
  await requestRewind(queues, stream, timepoint).catch((error: unknown) => {
    throw notQueued(stream, timepoint, error);
  });
  // The new request includes these. One that stays after a crash here does no harm: the lowest timepoint counts.
  for (const included of pending) await removeUnlessTaken(included);
  return answer(pendingTimepoint === null ? 'asked' : 'moved-back', isHeld);
}

function notQueued(stream: string, timepoint: number, cause: unknown): TimepointError {
  const text =
    `The queue did not accept the rewind of ${stream} to ${describeTimepoint(timepoint)}: ${asError(cause).message}. ` +
    'Its row is in ingest.audit. Run the command again when the queue answers.';
  return new TimepointError('not-queued', text, { retryable: true, cause });
}

/**
 * A number of the publisher means an event of the latest epoch, as the publisher no longer has those of earlier epochs.
 */
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
        ? 'Companies House has restarted its timepoints since, and no longer has the earlier events.'
        : `Its log begins with ${origin + 1}. What was before is in the files for \`timepoint snapshot import\`.`
      : 'Newer events are read anyway.';
  const possible = `from ${describeTimepoint(origin + 1)} to ${describeTimepoint(newest)}`;
  const text = `${stream} can be read again ${possible}, not from ${describeTimepoint(timepoint)}. ${why}`;
  throw new TimepointError('out-of-range', text);
}

function checkAge(stream: string, timepoint: number, publishedAt: Date | null, now: number): void {
  if (publishedAt !== null && now - publishedAt.getTime() <= RETENTION_MS) return;
  const age = publishedAt === null ? 'before the log begins' : `${span(now - publishedAt.getTime())} ago`;
  const text =
    `${timepoint} of ${stream} was published ${age}, and Companies House keeps events for about ${span(RETENTION_MS)}. ` +
    'When it refuses the position, the stream is read live, and the events of the seconds between become a ' +
    'recorded hole. Name a newer timepoint, or add --force.';
  throw new TimepointError('too-old', text);
}

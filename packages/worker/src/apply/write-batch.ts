// One transaction writes a job in this order: the events and their rows; then, under the lock of the coverage, the letters,
// the holes, the coverage, and the facts that are derived from the events in timepoint order.

import { extendCoverage } from '@timepoint/database/coverage/extend-coverage';
import { type LockedCoverage, lockCoverage } from '@timepoint/database/coverage/lock-coverage';
import { repairHoles } from '@timepoint/database/coverage/repair-holes';
import { saveHoles } from '@timepoint/database/coverage/save-holes';
import { settleDrift } from '@timepoint/database/drift/settle-drift';
import { type AppliedEvent, applyEvents } from '@timepoint/database/events/apply-events';
import { findConflicts } from '@timepoint/database/events/find-conflicts';
import { forgetExpired } from '@timepoint/database/events/forget-expired';
import { saveRawLines, toRawLine } from '@timepoint/database/events/save-raw-lines';
import { sourcesOf } from '@timepoint/database/events/sources';
import { saveLetters } from '@timepoint/database/letters/save-letters';
import type { Sql } from '@timepoint/database/pool';
import { followStatus } from '@timepoint/database/status-changes/derive-in-steps';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { EventsJob } from '@timepoint/shared/contract/job';
import { streamNamed } from '@timepoint/shared/contract/streams';
import { ConflictingEvents } from './conflicting-events.ts';
import type { ReadLines } from './read-lines.ts';

/** The number of events by outcome, and the position of the stream after the batch. */
export interface BatchResult {
  readonly applied: number;
  readonly stale: number;
  readonly duplicate: number;
  readonly dead: number;
  readonly watermark: number;
  /** When the newest event was published, as the publisher says; null when it does not say. */
  readonly newestPublishedAt: string | null;
}

export interface WriteOptions {
  /** The `id` of the dead letter that the job replays; undefined for a job of the stream. */
  readonly replayedLetter?: number;
  /**
   * Whether a derived fact that the database refuses becomes a dead letter. Without this option the refusal fails the
   * write, which costs less while nothing is refused.
   */
  readonly isCareful?: boolean;
}

/**
 * Writes the lines of a job in the transaction of the caller. An event that the database refuses fails the write.
 * @throws ConflictingEvents when the log has other events at timepoints of this job.
 */
export async function writeBatch(
  tx: Sql,
  job: EventsJob,
  read: ReadLines,
  options: WriteOptions = {},
): Promise<BatchResult> {
  const { fresh, held, extended } = await writeEvents(tx, job, read, options);
  await followStatus(tx, job.stream, await withinLog(tx, job, fresh, held), {
    before: held.derived_up_to,
    upTo: extended.derivedUpTo,
    isCareful: options.isCareful === true,
  });
  const applied = fresh.filter((event) => event.outcome === 'applied').length;
  return {
    applied,
    stale: fresh.length - applied,
    duplicate: read.events.length + read.repeats.length - fresh.length,
    dead: read.letters.length,
    watermark: extended.watermark,
    newestPublishedAt: read.events.at(-1)?.publishedAt ?? null,
  };
}

/** The first part of {@link writeBatch}: everything except the derived facts. */
export async function writeEvents(
  tx: Sql,
  job: EventsJob,
  { events, repeats, letters, holes }: ReadLines,
  { replayedLetter }: WriteOptions = {},
) {
  const stream = streamNamed(job.stream);
  const fresh = await applyAndSettle(tx, job, events);
  await refuseConflicts(tx, job, [...events, ...repeats], fresh);
  await saveRawLines(tx, job.stream, events.flatMap(toRawLine));
  const held = await lockCoverage(tx, job.stream, job.origin);
  if (letters.length > 0) await saveLetters(tx, stream, letters);
  if (holes.length > 0) await saveHoles(tx, job.stream, holes);
  const arrived = [...events, ...letters].flatMap(({ timepoint }) => timepoint ?? []);
  const extended = await extendCoverage(tx, {
    ...job,
    events,
    replayedLetter: replayedLetter ?? null,
    arrived,
    isDerived: stream.hasCompanyStatus,
  });
  if (extended.isNearHole) await repairHoles(tx, job.stream, arrived);
  return { fresh, held, extended };
}

async function applyAndSettle(
  tx: Sql,
  { receivedAt, ...job }: EventsJob,
  events: readonly StreamEvent[],
): Promise<AppliedEvent[]> {
  const stream = streamNamed(job.stream);
  const fresh = await applyEvents(tx, { stream, receivedAt }, events);
  if (sourcesOf(stream) !== null)
    await settleDrift(tx, stream, [...new Set(events.map((event) => event.resourceUri))]);
  return fresh;
}

async function refuseConflicts(
  tx: Sql,
  { stream }: EventsJob,
  events: readonly StreamEvent[],
  fresh: readonly AppliedEvent[],
): Promise<void> {
  if (events.length === fresh.length) return;
  const logged = new Set(fresh.map(({ timepoint }) => timepoint));
  const places = new Set<number>();
  const others = events.filter(({ timepoint }) => {
    // When two events have one timepoint, the first one was written.
    const isWritten = logged.has(timepoint) && !places.has(timepoint);
    places.add(timepoint);
    return !isWritten;
  });
  const conflicts = await findConflicts(tx, stream, others);
  if (conflicts.length > 0) throw new ConflictingEvents(conflicts);
}

/** The events that are within the log. An older event has no order any more, because the events after it have expired. */
async function withinLog(
  tx: Sql,
  { stream }: EventsJob,
  fresh: readonly AppliedEvent[],
  { expired_up_to: expiredUpTo }: LockedCoverage,
): Promise<readonly AppliedEvent[]> {
  const older = fresh.flatMap(({ timepoint }) => (timepoint <= (expiredUpTo ?? -1) ? timepoint : []));
  if (expiredUpTo === null || older.length === 0) return fresh;
  await forgetExpired(tx, stream, expiredUpTo, older);
  return fresh.filter(({ timepoint }) => timepoint > expiredUpTo);
}

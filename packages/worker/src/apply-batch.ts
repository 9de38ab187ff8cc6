// One job is one transaction: the events and their rows, and last, under the lock of the coverage, the dead
// letters and the coverage itself. So a crash at any point leaves either all of it or nothing, and the job, which
// is then repeated, changes nothing that is there. Example: of (101, 104] with 103 poisoned, 102 and 104 are
// applied, 103 is a letter, and the watermark is 104.
import type { StreamEvent } from '@timepoint/shared/envelope';
import type { EventsJob } from '@timepoint/shared/job';
import { streamNamed } from '@timepoint/shared/streams';
import { type Database, isDataError, refusedPart, type Sql } from './database.ts';
import type { DriftWatch } from './drift-watch.ts';
import { isolate, type Poisoned } from './isolate.ts';
import { type ReadLines, readLines } from './read-lines.ts';
import { type AppliedEvent, applyEvents } from './store/apply-events.ts';
import { deriveStatusChanges, rebuildStatusChanges } from './store/derive-status-changes.ts';
import { extendCoverage } from './store/extend-coverage.ts';
import { forgetExpired } from './store/forget-expired.ts';
import { type LockedCoverage, lockCoverage } from './store/lock-coverage.ts';
import { repairHoles } from './store/repair-holes.ts';
import { saveDrift } from './store/save-drift.ts';
import { saveHoles } from './store/save-holes.ts';
import { type Letter, saveLetters } from './store/save-letters.ts';
import { saveRawLines, toRawLine } from './store/save-raw-lines.ts';
import { settleDrift } from './store/settle-drift.ts';
import { sourcesOf } from './store/sources.ts';

/** How many events ended in which way, and where that left the stream. */
export interface BatchResult {
  readonly applied: number;
  readonly stale: number;
  readonly duplicate: number;
  readonly dead: number;
  readonly watermark: number;
  /** When the newest of them was published, as the publisher says; null when it does not. */
  readonly newestPublishedAt: string | null;
}

/**
 * Applies a job. Repeating it changes nothing. What documents have that the publisher does not document is told
 * to `drift`, when there is one, and changes nothing either.
 * @throws only errors of the store, after which the same job can be applied again.
 */
export async function applyBatch(
  database: Database,
  job: EventsJob,
  drift?: DriftWatch,
): Promise<BatchResult> {
  const read = readLines(job);
  try {
    return await apply(database, job, read, drift);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const { sound, poisoned } = await isolate(read.events, (events) =>
      database.rehearse((tx) => applyAndSettle(tx, job, events)),
    );
    const letters = [...read.letters, ...poisoned.map(toLetter)];
    return apply(database, job, { ...read, events: sound, letters }, drift);
  }
}

async function apply(
  database: Database,
  job: EventsJob,
  read: ReadLines,
  drift: DriftWatch | undefined,
): Promise<BatchResult> {
  const found = drift?.look(job.stream, read.events) ?? [];
  const { result, told } = await database.transaction(async (tx) => ({
    result: await writeBatch(tx, job, read),
    told: await saveDrift(tx, job.stream, found),
  }));
  drift?.remember(job.stream, found, told);
  return result;
}

/**
 * Writes what was read of a job, in the transaction of the caller; events that the database refuses fail it.
 * @param replayedLetter the `id` of the dead letter that the job consists of, when it does.
 */
export async function writeBatch(
  tx: Sql,
  job: EventsJob,
  { events, letters, holes }: ReadLines,
  replayedLetter: number | null = null,
): Promise<BatchResult> {
  const fresh = await applyAndSettle(tx, job, events);
  await saveRawLines(tx, job.stream, events.flatMap(toRawLine));
  const held = await lockCoverage(tx, job.stream, job.origin);
  if (letters.length > 0) await saveLetters(tx, streamNamed(job.stream), letters);
  if (holes.length > 0) await saveHoles(tx, job.stream, holes);
  const arrived = [...events, ...letters].flatMap(({ timepoint }) => timepoint ?? []);
  const { watermark, isNearHole } = await extendCoverage(tx, { ...job, events, replayedLetter, arrived });
  if (isNearHole) await repairHoles(tx, job.stream, arrived);
  await followStatus(tx, job, await withinLog(tx, job, fresh, held), { held, watermark });
  const applied = fresh.filter((event) => event.outcome === 'applied').length;
  return {
    applied,
    stale: fresh.length - applied,
    duplicate: events.length - fresh.length,
    dead: letters.length,
    watermark,
    newestPublishedAt: events.at(-1)?.publishedAt ?? null,
  };
}

/** Those of the events that the log goes back to: older ones could be put into no order, as what followed them is gone. */
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

async function followStatus(
  tx: Sql,
  { stream }: EventsJob,
  fresh: readonly AppliedEvent[],
  { held, watermark }: { held: LockedCoverage; watermark: number },
): Promise<void> {
  if (!streamNamed(stream).hasCompanyStatus) return;
  const { watermark: before } = held;
  const late = fresh.filter((event) => event.timepoint <= before);
  const companyNumbers = [...new Set(late.flatMap((event) => event.company_number ?? []))];
  if (companyNumbers.length > 0) {
    const after = Math.min(...late.map((event) => event.timepoint)) - 1;
    await rebuildStatusChanges(tx, { stream, after, upTo: before }, companyNumbers);
  }
  if (watermark > before) await deriveStatusChanges(tx, { stream, after: before, upTo: watermark });
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

function toLetter({ item, error }: Poisoned<StreamEvent>): Letter {
  const { timepoint, resourceUri, raw } = item;
  return {
    timepoint,
    resourceUri,
    reason: 'rejected',
    detail: error.message,
    path: refusedPart(error),
    raw,
  };
}

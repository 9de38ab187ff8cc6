// One job is one transaction: the events and their rows, and last, under the lock of the coverage, the dead
// letters, the coverage itself and what is derived. So a crash at any point leaves either all of it or nothing, and the
// job, which is then repeated, changes nothing that is there. Example: of (101, 104] with 103 poisoned, 102 and 104 are
// applied, 103 is a letter, and the watermark is 104.

import type { Conflict } from '@timepoint/database/events/find-conflicts';
import { isolate, type Poisoned } from '@timepoint/database/isolate';
import { type Letter, shorten } from '@timepoint/database/letters/save-letters';
import { attempt, type Database, isDataError, refusedPart, type Transaction } from '@timepoint/database/pool';
import { saveSchemaDrift } from '@timepoint/database/schema-drift/save-schema-drift';
import type { FoundSchemaDrift, SchemaDriftWatch } from '@timepoint/database/schema-drift/schema-drift-watch';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { EventsJob } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import { ConflictingEvents, explainConflict } from './conflicting-events.ts';
import { type ReadLines, readLines } from './read-lines.ts';
import { RefusedWrite } from './refused-write.ts';
import { type BatchResult, writeBatch, writeEvents } from './write-batch.ts';

export type { BatchResult } from './write-batch.ts';

/**
 * Applies a job. Repeating it changes nothing. What documents have that the publisher does not document is told
 * to `drift`, when there is one, and changes nothing either.
 * @throws only errors of the store, after which the same job can be applied again; and RefusedWrite when the database
 * refuses what is no event's.
 */
export async function applyBatch(
  database: Database,
  job: EventsJob,
  drift?: SchemaDriftWatch,
): Promise<BatchResult> {
  let read = readLines(job);
  let isCareful = false;
  for (;;) {
    try {
      if (isCareful) read = await withoutRefused(database, job, read);
      return await apply(database, job, read, { drift, isCareful });
    } catch (error) {
      // Each round has fewer events than the one before.
      if (error instanceof ConflictingEvents) read = withoutConflicts(read, error.conflicts);
      else if (!isDataError(error)) throw error;
      else if (isCareful) throw new RefusedWrite('batch', asError(error));
      else isCareful = true;
    }
  }
}

interface ApplyOptions {
  readonly drift: SchemaDriftWatch | undefined;
  readonly isCareful: boolean;
}

async function apply(
  database: Database,
  job: EventsJob,
  read: ReadLines,
  { drift, isCareful }: ApplyOptions,
): Promise<BatchResult> {
  const found = drift?.look(job.stream, read.events) ?? [];
  const { result, told, refused } = await database.transaction(async (tx) => {
    // What is checked at the commit only would fail the careful write as a whole.
    if (isCareful) await tx.query('set constraints all immediate');
    const written = await writeBatch(tx, job, read, { isCareful });
    return { result: written, ...(await keepDrift(tx, job, found, isCareful)) };
  });
  drift?.remember(job.stream, found, told);
  drift?.refuse(job.stream, refused);
  return result;
}

/** Keeps drift; what the database refuses of it harms nothing else. */
async function keepDrift(
  tx: Transaction,
  { stream }: EventsJob,
  found: readonly FoundSchemaDrift[],
  isCareful: boolean,
): Promise<{ told: readonly FoundSchemaDrift[]; refused: readonly Poisoned<FoundSchemaDrift>[] }> {
  if (!isCareful) return { told: await saveSchemaDrift(tx, stream, found), refused: [] };
  const undone = new Error('tried and taken back');
  const { sound, poisoned } = await isolate(found, (some) =>
    attempt(tx, async () => {
      await saveSchemaDrift(tx, stream, some);
      throw undone;
    }).catch((error) => {
      if (error !== undone) throw error;
    }),
  );
  return { told: await saveSchemaDrift(tx, stream, sound), refused: poisoned };
}

/** Makes letters of the events that the database refuses, and short letters of the letters that it refuses. */
async function withoutRefused(database: Database, job: EventsJob, read: ReadLines): Promise<ReadLines> {
  const rehearse = (part: Partial<ReadLines>) =>
    database.tryAndRollBack((tx) =>
      writeEvents(tx, job, { ...read, events: [], repeats: [], letters: [], ...part }),
    );
  await rehearse({}).catch((error) => {
    throw isDataError(error) ? new RefusedWrite('coverage', asError(error)) : error;
  });
  let { events, repeats } = read;
  const letters = [...read.letters];
  for (;;) {
    const { sound, poisoned } = await isolate(events, (some) => rehearse({ events: some }));
    events = sound;
    letters.push(...poisoned.map(toLetter));
    // Of two events of one timepoint the second one may take the place of a first one that is refused.
    const free = new Set(poisoned.map(({ item }) => item.timepoint));
    const next = repeats.filter(({ timepoint }) => free.delete(timepoint));
    if (next.length === 0) break;
    repeats = repeats.filter((event) => !next.includes(event));
    events = [...events, ...next].toSorted((one, other) => one.timepoint - other.timepoint);
  }
  return { ...read, events, repeats, letters: await storableLetters(letters, rehearse) };
}

async function storableLetters(
  letters: readonly Letter[],
  rehearse: (part: Partial<ReadLines>) => Promise<void>,
): Promise<readonly Letter[]> {
  const { sound, poisoned } = await isolate(letters, (some) => rehearse({ letters: some }));
  if (poisoned.length === 0) return sound;
  const stored = [...sound, ...poisoned.map(({ item }) => shorten(item))];
  await rehearse({ letters: stored }).catch((error) => {
    throw isDataError(error) ? new RefusedWrite('letters', asError(error)) : error;
  });
  return stored;
}

/** Makes letters of the events whose timepoints others have. */
function withoutConflicts(read: ReadLines, conflicts: readonly Conflict[]): ReadLines {
  const taken = new Set(conflicts.map(({ event }) => event));
  return {
    ...read,
    events: read.events.filter((event) => !taken.has(event)),
    repeats: read.repeats.filter((event) => !taken.has(event)),
    letters: [...read.letters, ...conflicts.map(toConflictLetter)],
  };
}

function toConflictLetter({ event, heldUri }: Conflict): Letter {
  const { timepoint, resourceUri, raw } = event;
  const detail = explainConflict(heldUri);
  return { timepoint, resourceUri, reason: 'conflict', detail, path: 'event.timepoint', raw };
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

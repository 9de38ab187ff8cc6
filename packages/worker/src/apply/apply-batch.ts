// One job is one transaction. It writes the events and their rows first. Then it takes the lock of the coverage and writes the
// dead letters, the coverage and the derived facts. A crash at any point leaves all of it or nothing. The job is then
// repeated, and a repeated job changes nothing that is there. Example: the job is (101, 104] and 103 is poisoned: 102 and 104
// are applied, 103 is a letter, and the watermark is 104.

import type { Conflict } from '@timepoint/database/events/find-conflicts';
import { isolate, type Poisoned } from '@timepoint/database/isolate';
import { type Letter, shorten } from '@timepoint/database/letters/save-letters';
import { attempt, type Database, isDataError, refusedPart, type Transaction } from '@timepoint/database/pool';
import { saveSchemaDrift } from '@timepoint/database/schema-drift/save-schema-drift';
import type { FoundSchemaDrift, SchemaDriftWatch } from '@timepoint/database/schema-drift/schema-drift-watch';
import type { StreamEvent } from '@timepoint/shared/contract/envelope';
import type { EventsJob } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import type { Batch } from './batch.ts';
import { ConflictingEvents, explainConflict } from './conflicting-events.ts';
import { readLines } from './read-lines.ts';
import { RefusedWrite } from './refused-write.ts';
import { type BatchResult, writeBatch } from './write-batch.ts';

export type { BatchResult } from './write-batch.ts';

/**
 * Applies a job. Repeating it changes nothing. Schema drift in the documents is reported to `drift`, when it is given, and
 * does not change what is applied.
 * @throws errors of the store, after which the same job can be applied again; RefusedWrite when the database refuses a part
 * that belongs to no event.
 */
export async function applyBatch(
  database: Database,
  job: EventsJob,
  drift?: SchemaDriftWatch,
): Promise<BatchResult> {
  let batch = readLines(job);
  let isCareful = false;
  for (;;) {
    try {
      if (isCareful) batch = await withoutRefused(database, batch);
      return await apply(database, batch, { drift, isCareful });
    } catch (error) {
      // Each round has fewer events than the one before.
      if (error instanceof ConflictingEvents) batch = withoutConflicts(batch, error.conflicts);
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
  batch: Batch,
  { drift, isCareful }: ApplyOptions,
): Promise<BatchResult> {
  const found = drift?.look(batch.stream, batch.events) ?? [];
  const { result, reported, refused } = await database.transaction(async (tx) => {
    // A constraint that is checked only at the commit would fail the careful write as a whole.
    if (isCareful) await tx.query('set constraints all immediate');
    const written = await writeBatch(tx, batch, { derivation: isCareful ? 'letter' : 'throw' });
    return { result: written, ...(await keepSchemaDrift(tx, batch, found, isCareful)) };
  });
  drift?.remember(batch.stream, found, reported);
  drift?.refuse(batch.stream, refused);
  return result;
}

/** Saves schema drift. A part that the database refuses does not affect the rest of the write. */
async function keepSchemaDrift(
  tx: Transaction,
  { stream }: Batch,
  found: readonly FoundSchemaDrift[],
  isCareful: boolean,
): Promise<{ reported: readonly FoundSchemaDrift[]; refused: readonly Poisoned<FoundSchemaDrift>[] }> {
  if (!isCareful) return { reported: await saveSchemaDrift(tx, stream, found), refused: [] };
  const undone = new Error('tried and rolled back');
  const { sound, poisoned } = await isolate(found, (some) =>
    attempt(tx, async () => {
      await saveSchemaDrift(tx, stream, some);
      throw undone;
    }).catch((error) => {
      if (error !== undone) throw error;
    }),
  );
  return { reported: await saveSchemaDrift(tx, stream, sound), refused: poisoned };
}

/** Turns the events that the database refuses into letters, and shortens the letters that it refuses. */
async function withoutRefused(database: Database, batch: Batch): Promise<Batch> {
  const tryWrite = (part: Partial<Batch>) =>
    database.tryAndRollBack((tx) =>
      writeBatch(tx, { ...batch, events: [], repeats: [], letters: [], ...part }, { derivation: 'skip' }),
    );
  await tryWrite({}).catch((error) => {
    throw isDataError(error) ? new RefusedWrite('coverage', asError(error)) : error;
  });
  let { events, repeats } = batch;
  const letters = [...batch.letters];
  for (;;) {
    const { sound, poisoned } = await isolate(events, (some) => tryWrite({ events: some }));
    events = sound;
    letters.push(...poisoned.map(toLetter));
    // When two events have one timepoint and the first is refused, the second can take its place.
    const free = new Set(poisoned.map(({ item }) => item.timepoint));
    const next = repeats.filter(({ timepoint }) => free.delete(timepoint));
    if (next.length === 0) break;
    repeats = repeats.filter((event) => !next.includes(event));
    events = [...events, ...next].toSorted((one, other) => one.timepoint - other.timepoint);
  }
  return { ...batch, events, repeats, letters: await storableLetters(letters, tryWrite) };
}

async function storableLetters(
  letters: readonly Letter[],
  tryWrite: (part: Partial<Batch>) => Promise<void>,
): Promise<readonly Letter[]> {
  const { sound, poisoned } = await isolate(letters, (some) => tryWrite({ letters: some }));
  if (poisoned.length === 0) return sound;
  const stored = [...sound, ...poisoned.map(({ item }) => shorten(item))];
  await tryWrite({ letters: stored }).catch((error) => {
    throw isDataError(error) ? new RefusedWrite('letters', asError(error)) : error;
  });
  return stored;
}

/** Turns the events whose timepoints belong to other events into letters. */
function withoutConflicts(batch: Batch, conflicts: readonly Conflict[]): Batch {
  const taken = new Set(conflicts.map(({ event }) => event));
  return {
    ...batch,
    events: batch.events.filter((event) => !taken.has(event)),
    repeats: batch.repeats.filter((event) => !taken.has(event)),
    letters: [...batch.letters, ...conflicts.map(toConflictLetter)],
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

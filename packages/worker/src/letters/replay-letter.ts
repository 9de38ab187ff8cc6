// A replay has the same effect as the original line would have had without the cause of its failure. The line is read again
// and applied alone, in the transaction in which the letter becomes `replayed`. An event that is older than the stored state is
// stale, like any late event. Its facts still go to the log and to the history of statuses, as far as the log goes back.
// The event of a letter of reason `derivation` is applied already: its status change is derived again.

import { readEpochAt } from '@timepoint/database/coverage/read-epochs';
import { noteFailedReplay } from '@timepoint/database/letters/note-failed-replay';
import { type DeadLetter, readLetter, readLetterBytes } from '@timepoint/database/letters/read-letters';
import {
  type Database,
  isDataError,
  refusedPart,
  type Sql,
  type Transaction,
} from '@timepoint/database/pool';
import { saveSchemaDrift } from '@timepoint/database/schema-drift/save-schema-drift';
import { decodeText } from '@timepoint/shared/contract/decode-text';
import { findSchemaDrift } from '@timepoint/shared/contract/documents/find-schema-drift';
import { parseLine, type StreamEvent } from '@timepoint/shared/contract/envelope';
import { EPOCH_STEP, epochBaseOf } from '@timepoint/shared/contract/epoch';
import { inEpoch } from '@timepoint/shared/contract/in-epoch';
import { shift } from '@timepoint/shared/contract/timepoint';
import { asError } from '@timepoint/shared/platform/errors';
import type { Batch } from '../apply/batch.ts';
import { ConflictingEvents } from '../apply/conflicting-events.ts';
import { MISNUMBERED } from '../apply/read-lines.ts';
import { writeBatch } from '../apply/write-batch.ts';
import { rederive } from './rederive.ts';

export type Replay =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused'; readonly detail: string }
  /** There is nothing to apply: the letter was replayed or discarded already, or never existed. */
  | { readonly kind: 'settled' };

export interface ReplayOptions {
  /** Changes nothing: returns what a replay would do now. */
  readonly isDryRun?: boolean;
}

/**
 * Applies the event of a dead letter alone, or derives its refused status change again.
 * @throws only errors of the store, after which the replay can be tried again.
 */
export async function replayLetter(
  database: Database,
  id: number,
  { isDryRun = false }: ReplayOptions = {},
): Promise<Replay> {
  const letter = await readLetter(database, id);
  if (letter === null || !['open', 'superseded'].includes(letter.state)) return { kind: 'settled' };
  if (letter.reason === 'derivation')
    return attemptReplay(database, letter, (tx) => rederive(tx, letter), isDryRun);
  const bytes = await readLetterBytes(database, id);
  const parsed = inEpoch(
    parseLine(bytes === null ? letter.raw : decodeText(bytes, false)),
    await findBase(database, letter),
  );
  if (!parsed.isEvent) {
    const { reason, detail, path } = parsed.broken;
    return refuse(database, letter, { reason, detail, path }, isDryRun);
  }
  // A row with a wrong timepoint could stay the newest for ever.
  if (letter.path === 'event.timepoint' && letter.detail.includes(MISNUMBERED)) {
    const { reason, detail, path } = letter;
    return refuse(database, letter, { reason, detail, path }, isDryRun);
  }
  return attemptReplay(database, letter, (tx) => apply(tx, letter, parsed.event), isDryRun);
}

async function attemptReplay(
  database: Database,
  letter: DeadLetter,
  write: (tx: Transaction) => Promise<void>,
  isDryRun: boolean,
): Promise<Replay> {
  try {
    if (isDryRun) await database.tryAndRollBack(write);
    else await database.transaction(write);
    return { kind: 'applied' };
  } catch (error) {
    const isConflict = error instanceof ConflictingEvents;
    if (!isConflict && !isDataError(error)) throw error;
    const { message: detail } = asError(error);
    const isBeside = letter.reason === 'conflict' || letter.reason === 'derivation';
    const reason = isBeside || isConflict ? letter.reason : 'rejected';
    return refuse(database, letter, { reason, detail, path: refusedPart(error) }, isDryRun);
  }
}

/** A letter without a timepoint belongs to the epoch that was the latest when it came. */
async function findBase(sql: Sql, { stream, timepoint, first_seen_at }: DeadLetter): Promise<number> {
  if (timepoint !== null) return epochBaseOf(timepoint);
  return (await readEpochAt(sql, stream, first_seen_at)) * EPOCH_STEP;
}

async function apply(
  tx: Transaction,
  { id, stream, first_seen_at }: DeadLetter,
  event: StreamEvent,
): Promise<void> {
  const after = shift(event.timepoint, -1);
  const batch: Batch = {
    stream,
    origin: after,
    after,
    upTo: event.timepoint,
    receivedAt: first_seen_at.getTime(),
    events: [event],
    repeats: [],
    letters: [],
    holes: [],
    replayedLetter: id,
  };
  await writeBatch(tx, batch, { derivation: 'letter' });
  await saveSchemaDrift(
    tx,
    stream,
    findSchemaDrift(stream, event).map((drift) => ({ drift, event })),
  );
}

async function refuse(
  database: Database,
  { id }: DeadLetter,
  failure: Parameters<typeof noteFailedReplay>[2],
  isDryRun: boolean,
): Promise<Replay> {
  if (!isDryRun) await noteFailedReplay(database, id, failure);
  return { kind: 'refused', detail: failure.detail };
}

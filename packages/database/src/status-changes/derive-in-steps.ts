// Status changes are derived from the log in timepoint order, as far as the log is complete. A change that the database
// refuses becomes a dead letter, so that neither the watermark nor other companies wait for it. Example: a trigger
// refuses the change at 103. Those at 102 and 104 are written, 104 from the status of 103, and the letter of 103 is
// open.
import { type StreamName, streamNamed } from '@timepoint/shared/contract/streams';
import { MAX_DERIVED } from '../coverage/extend-coverage.ts';
import { lockCoverage } from '../coverage/lock-coverage.ts';
import type { AppliedEvent } from '../events/apply-events.ts';
import { readPayloads, readStepEnd } from '../events/read-log.ts';
import { isolate, type Poisoned } from '../isolate.ts';
import { type Letter, saveLetters } from '../letters/save-letters.ts';
import { attempt, type Database, isDataError, refusedPart, type Sql } from '../pool.ts';
import {
  deriveStatusChanges,
  forgetStatusChanges,
  readExpected,
  type StatusChangeKey,
  type StatusRange,
} from './derive-status-changes.ts';
import { noteDerived } from './note-derived.ts';
import { settleDerivations } from './settle-derivations.ts';

export interface FollowOptions {
  /** Status changes were derived up to here. */
  readonly before: number;
  /** Status changes are to be derived up to here. */
  readonly upTo: number;
  /** Whether a refused change becomes a letter. Otherwise its error is thrown. */
  readonly isCareful: boolean;
}

/**
 * Derives the status changes that follow from `fresh` events, also from those up to `before`, and from the log up to
 * `upTo`.
 */
export async function followStatus(
  tx: Sql,
  stream: StreamName,
  fresh: readonly AppliedEvent[],
  { before, upTo, isCareful }: FollowOptions,
): Promise<void> {
  if (!streamNamed(stream).hasCompanyStatus) return;
  const derive = isCareful ? deriveCarefully : deriveStatusChanges;
  const late = fresh.filter(({ timepoint }) => timepoint <= before);
  const companyNumbers = [...new Set(late.flatMap((event) => event.company_number ?? []))];
  if (companyNumbers.length > 0) {
    const range = { stream, after: Math.min(...late.map((event) => event.timepoint)) - 1, upTo: before };
    await forgetStatusChanges(tx, range, companyNumbers);
    await derive(tx, range, companyNumbers);
    await settleDerivations(tx, stream);
  }
  if (upTo > before) await derive(tx, { stream, after: before, upTo });
}

/** Derives like {@link deriveStatusChanges}. A change that the database refuses becomes a letter. */
async function deriveCarefully(
  tx: Sql,
  range: StatusRange,
  companyNumbers: readonly string[] | null = null,
): Promise<void> {
  await saveRefused(tx, range.stream, await deriveOrIsolate(tx, range, companyNumbers));
}

/** Writes the status changes that the database takes, and returns those that it refuses. */
export async function deriveOrIsolate(
  tx: Sql,
  range: StatusRange,
  companyNumbers: readonly string[] | null = null,
): Promise<readonly Poisoned<StatusChangeKey>[]> {
  const write = (only: readonly StatusChangeKey[] | null) =>
    attempt(tx, async () => {
      await deriveStatusChanges(tx, range, companyNumbers, only);
      await tx.query('set constraints all immediate');
    });
  try {
    await write(null);
    return [];
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  const expected = await readExpected(tx, range, companyNumbers);
  const undone = new Error('tried and rolled back');
  const { sound, poisoned } = await isolate(expected, (keys) =>
    attempt(tx, async () => {
      await write(keys);
      throw undone;
    }).catch((error) => {
      if (error !== undone) throw error;
    }),
  );
  await write(sound);
  return poisoned;
}

/** Saves refused status changes as dead letters, each with its event. */
export async function saveRefused(
  tx: Sql,
  stream: string,
  refused: readonly Poisoned<StatusChangeKey>[],
): Promise<void> {
  if (refused.length === 0) return;
  const payloads = await readPayloads(
    tx,
    stream,
    refused.map(({ item }) => item.timepoint),
  );
  const letters = refused.map(
    ({ item, error }): Letter => ({
      timepoint: item.timepoint,
      resourceUri: `/company/${item.company_number}`,
      reason: 'derivation',
      detail: error.message,
      path: refusedPart(error),
      raw: payloads.get(item.timepoint) ?? '',
    }),
  );
  await saveLetters(tx, streamNamed(stream as StreamName), letters);
}

/**
 * Derives the next step of status changes up to the watermark of a stream, in a transaction of its own. Returns whether
 * there are more.
 */
export async function deriveNext(database: Database, stream: StreamName): Promise<boolean> {
  return database.transaction(async (tx) => {
    const { watermark, derived_up_to: before } = await lockCoverage(tx, stream, 0);
    if (watermark <= before) return false;
    const upTo = await readStepEnd(tx, { stream, after: before, upTo: watermark }, MAX_DERIVED);
    await deriveCarefully(tx, { stream, after: before, upTo });
    await noteDerived(tx, stream, upTo);
    return upTo < watermark;
  });
}

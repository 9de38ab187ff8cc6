// One transaction writes a batch by these statements, in this order. The lock of the coverage comes after the rows, because the
// transactions of a stream wait for each other there. Under it comes what depends on the order of the commits.

import { extendCoverage } from '@timepoint/database/coverage/extend-coverage';
import { lockCoverage } from '@timepoint/database/coverage/lock-coverage';
import { repairHoles } from '@timepoint/database/coverage/repair-holes';
import { saveHoles } from '@timepoint/database/coverage/save-holes';
import { settleDrift } from '@timepoint/database/drift/settle-drift';
import { applyEvents } from '@timepoint/database/events/apply-events';
import { forgetExpired } from '@timepoint/database/events/forget-expired';
import { saveRawLines, toRawLine } from '@timepoint/database/events/save-raw-lines';
import { saveLetters } from '@timepoint/database/letters/save-letters';
import type { Sql } from '@timepoint/database/pool';
import { followStatus } from '@timepoint/database/status-changes/derive-in-steps';
import { streamNamed } from '@timepoint/shared/contract/streams';
import type { Batch } from './batch.ts';
import { refuseConflicts } from './conflicting-events.ts';

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
  /**
   * What happens when the database refuses a derived fact. `throw` fails the write, which costs less while nothing is
   * refused. `letter` makes a dead letter of it. `skip` derives nothing, to find the events that are refused.
   */
  readonly derivation: 'throw' | 'letter' | 'skip';
}

/**
 * Writes a batch in the transaction of the caller. An event that the database refuses fails the write.
 * @throws ConflictingEvents when the log has other events at timepoints of this batch.
 */
export async function writeBatch(
  tx: Sql,
  batch: Batch,
  { derivation }: WriteOptions = { derivation: 'throw' },
): Promise<BatchResult> {
  const stream = streamNamed(batch.stream);
  const { events, repeats, letters } = batch;
  const arrived = [...events, ...letters].flatMap(({ timepoint }) => timepoint ?? []);

  const fresh = await applyEvents(tx, { stream, receivedAt: batch.receivedAt }, events);
  await settleDrift(tx, stream, [...new Set(events.map((event) => event.resourceUri))]);
  await refuseConflicts(tx, batch, fresh);
  await saveRawLines(tx, batch.stream, events.flatMap(toRawLine));

  const held = await lockCoverage(tx, batch.stream, batch.origin);
  await saveLetters(tx, stream, letters);
  await saveHoles(tx, batch.stream, batch.holes);
  const isDerived = stream.hasCompanyStatus;
  const { watermark, derivedUpTo, isNearHole } = await extendCoverage(tx, { ...batch, arrived, isDerived });
  if (isNearHole) await repairHoles(tx, batch.stream, arrived);
  const inLog = await forgetExpired(tx, batch.stream, held.expired_up_to, fresh);
  if (derivation !== 'skip')
    await followStatus(tx, batch.stream, inLog, {
      before: held.derived_up_to,
      upTo: derivedUpTo,
      isCareful: derivation === 'letter',
    });

  const applied = fresh.filter(({ outcome }) => outcome === 'applied').length;
  return {
    applied,
    stale: fresh.length - applied,
    duplicate: events.length + repeats.length - fresh.length,
    dead: letters.length,
    watermark,
    newestPublishedAt: events.at(-1)?.publishedAt ?? null,
  };
}

import type { Transaction } from '../database.ts';
import { deriveOrIsolate, saveRefused } from '../follow-status.ts';
import { forgetStatusChanges } from '../store/derive-status-changes.ts';
import { lockCoverage } from '../store/lock-coverage.ts';
import { noteReplayed } from '../store/note-replayed.ts';
import type { DeadLetter } from '../store/read-letters.ts';
import { settleDerivations } from '../store/settle-derivations.ts';

/**
 * Derives the status changes of the company of a letter again, from the refused one on. Others of the company that are
 * refused stay letters.
 * @throws the data error when the change of the letter itself is refused again.
 */
export async function rederive(tx: Transaction, letter: DeadLetter): Promise<void> {
  const { id, stream, timepoint, company_number: companyNumber } = letter;
  if (timepoint === null || companyNumber === null) return;
  const { derived_up_to: upTo } = await lockCoverage(tx, stream, timepoint);
  const range = { stream, after: timepoint - 1, upTo };
  await forgetStatusChanges(tx, range, [companyNumber]);
  const refused = await deriveOrIsolate(tx, range, [companyNumber]);
  const own = refused.find(({ item }) => item.timepoint === timepoint);
  if (own !== undefined) throw own.error;
  await saveRefused(tx, stream, refused);
  await noteReplayed(tx, id);
  await settleDerivations(tx, stream);
}

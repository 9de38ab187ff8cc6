import { lockCoverage } from '@timepoint/database/coverage/lock-coverage';
import { noteReplayed } from '@timepoint/database/letters/note-replayed';
import type { DeadLetter } from '@timepoint/database/letters/read-letters';
import type { Transaction } from '@timepoint/database/pool';
import { deriveOrIsolate, saveRefused } from '@timepoint/database/status-changes/derive-in-steps';
import { forgetStatusChanges } from '@timepoint/database/status-changes/derive-status-changes';
import { settleDerivations } from '@timepoint/database/status-changes/settle-derivations';

/**
 * Derives the status changes of a letter's company again, from the refused change on. Other changes of the company that the
 * database refuses stay letters.
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

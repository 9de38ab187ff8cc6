import { isolate } from '../isolate.ts';
import { attempt, isDataError, type Transaction } from '../pool.ts';
import { saveRefused } from '../status-changes/derive-in-steps.ts';
import type { StatusChangeKey, StatusRange } from '../status-changes/derive-status-changes.ts';
import { readDiffering, removeUnexpected, writeExpected } from '../status-changes/rebuild-status-changes.ts';
import { settleDerivations } from '../status-changes/settle-derivations.ts';

/**
 * Makes the status changes after `after` equal to those that follow from the log up to `upTo`. A change that the
 * database refuses becomes a dead letter. Returns how many rows were added, changed or removed.
 */
export async function rebuildStatuses(tx: Transaction, range: StatusRange): Promise<number> {
  const removed = await removeUnexpected(tx, range);
  const write = (only: readonly StatusChangeKey[] | null) => attempt(tx, () => writeExpected(tx, only));
  const written = await write(null).catch(async (error) => {
    if (!isDataError(error)) throw error;
    const undone = new Error('tried and rolled back');
    const { sound, poisoned } = await isolate(await readDiffering(tx), (keys) =>
      attempt(tx, async () => {
        await writeExpected(tx, keys);
        throw undone;
      }).catch((thrown) => {
        if (thrown !== undone) throw thrown;
      }),
    );
    await saveRefused(tx, range.stream, poisoned);
    return write(sound);
  });
  await settleDerivations(tx, range.stream);
  return removed + written;
}

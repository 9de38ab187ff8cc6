import { noteOutcome } from '@timepoint/database/audit/note-outcome';
import { saveAudit } from '@timepoint/database/audit/save-audit';
import { discardLetters } from '@timepoint/database/letters/discard-letters';
import { selectLetters } from '@timepoint/database/letters/read-letters';
import type { Database } from '@timepoint/database/pool';
import type { ActionJob, ActionProgress } from '@timepoint/shared/contract/job';
import { Failures } from './failures.ts';
import { replayLetter } from './replay-letter.ts';

/** The number of letters that are done between two checks whether to go on. */
const LETTERS_AT_ONCE = 25;

/**
 * Replays or discards dead letters one after the other, or tries it in a dry run, and records it in the audit. `report` gets
 * the progress and returns whether to go on. Letters that are done stay done when it stops.
 * @throws errors of the store, after which the same action can be started again.
 */
export async function actOnLetters(
  database: Database,
  { what, selection, because, who }: Omit<ActionJob, 'isCancelled'>,
  report: (progress: ActionProgress) => Promise<boolean>,
): Promise<ActionProgress> {
  const ids = await selectLetters(database, selection);
  const act = what === 'discard' ? discard : replay(what === 'dry-run');
  const failures = new Failures();
  let progress: ActionProgress = {
    total: ids.length,
    done: 0,
    passed: 0,
    failed: 0,
    isCancelled: false,
    failures: [],
  };
  // The audit is written first, so that a worker that is killed in the middle leaves a record.
  const auditId = await saveAudit(database, { who, what, details: { selection, because, ...progress } });
  while (progress.done < ids.length) {
    const isWanted = await report(progress);
    if (!isWanted) {
      progress = { ...progress, isCancelled: true };
      break;
    }
    const some = ids.slice(progress.done, progress.done + LETTERS_AT_ONCE);
    const passed = await act(database, some, failures);
    progress = {
      ...progress,
      done: progress.done + some.length,
      passed: progress.passed + passed,
      failed: failures.total,
      failures: failures.mostFrequent(),
    };
    await noteOutcome(database, auditId, progress);
  }
  if (progress.isCancelled) await noteOutcome(database, auditId, progress);
  await report(progress);
  return progress;
}

type Act = (database: Database, ids: readonly number[], failures: Failures) => Promise<number>;

const discard: Act = (database, ids) => discardLetters(database, ids);

const replay =
  (isDryRun: boolean): Act =>
  async (database, ids, failures) => {
    let applied = 0;
    for (const id of ids) {
      const outcome = await replayLetter(database, id, { isDryRun });
      if (outcome.kind === 'applied') applied += 1;
      if (outcome.kind === 'refused') failures.add(outcome.detail);
    }
    return applied;
  };

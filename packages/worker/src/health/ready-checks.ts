import { findPending } from '@timepoint/database/migration/migrate';
import type { Database } from '@timepoint/database/pool';
import type { AssessNow } from '@timepoint/shared/monitoring/assessment';
import type { FindingKind } from '@timepoint/shared/monitoring/finding';
import type { Check, Checks } from '@timepoint/shared/platform/health';
import type { Queues } from '@timepoint/shared/queues/queues';
import { checkMaintenance } from '../maintenance/maintenance.ts';
import type { RecurringWork } from '../reconcile/recurring-work.ts';

export interface ReadyOptions {
  readonly queues: Queues;
  readonly database: Database;
  readonly assessNow: AssessNow;
  /** Why no jobs are taken; null while they are. */
  readonly storeFailure: () => Error | null;
  readonly work: RecurringWork;
}

/** The conditions under which a worker can keep the copy live. Each names the remedy when it does not hold. */
export function readyChecks({ queues, database, assessNow, storeFailure, work }: ReadyOptions): Checks {
  return {
    database: async () => {
      await database.query('select 1');
      return { ok: true, detail: 'answers' };
    },
    queue: async () => {
      await queues.ping();
      return { ok: true, detail: queues.backend };
    },
    migrated: async () => {
      const pending = await findPending(database);
      return pending.length === 0
        ? { ok: true, detail: 'up to date' }
        : { ok: false, detail: `lacks ${pending.join(', ')}: run \`timepoint migrate up\`` };
    },
    store: () => {
      const failure = storeFailure();
      return failure === null
        ? { ok: true, detail: 'taking jobs' }
        : { ok: false, detail: `the store fails, no jobs are taken: ${failure.message}` };
    },
    recurring: work.check,
    maintenance: () => checkMaintenance(queues),
    streams: () =>
      checkFindings(assessNow, ['not-registered', 'stream-down'], 'connected, or waiting in order'),
    lag: () => checkFindings(assessNow, ['behind'], 'no job waits longer than ALERT_BEHIND_SECONDS'),
  };
}

async function checkFindings(
  assessNow: AssessNow,
  kinds: readonly FindingKind[],
  whenFine: string,
): Promise<Check> {
  const { findings, canReachQueues } = await assessNow();
  if (!canReachQueues) return { ok: false, detail: 'not known: the queues can not be reached' };
  const mine = findings.filter(({ kind }) => kinds.includes(kind));
  const bad = mine.filter(({ severity }) => severity === 'critical');
  // A finding that is not critical can be a short wait that ends by itself.
  const detail = (bad.length > 0 ? bad : mine).map(({ text }) => text).join(' ');
  return { ok: bad.length === 0, detail: detail || whenFine };
}

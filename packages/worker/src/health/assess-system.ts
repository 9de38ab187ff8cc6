import { assess } from '@timepoint/shared/monitoring/assess';
import type { AssessNow } from '@timepoint/shared/monitoring/assessment';
import type { Finding, Limits } from '@timepoint/shared/monitoring/finding';
import type { Observe } from './observe.ts';

export interface AssessingOptions {
  readonly observe: Observe;
  readonly limits: Limits;
  /** Why this process takes no jobs; null while it does. */
  readonly storeFailure: () => Error | null;
  /** Which recurring work of this process keeps failing; null when none does. */
  readonly workFailure: () => string | null;
}

/** Makes the function that assesses the observed system. Readiness and alerts share it, so they report the same. */
export function assessing({ observe, limits, storeFailure, workFailure }: AssessingOptions): AssessNow {
  return async () => {
    const { at, queues, ledger } = await observe();
    const { findings } = assess({ at, queues, statuses: ledger?.statuses ?? null }, limits);
    return {
      findings: [
        ...findings,
        ...findFailingStore(storeFailure()),
        // Without a store the recurring work fails too, and the lost store is a finding already.
        ...(queues === null || ledger === null ? [] : findFailingWork(workFailure())),
      ],
      canReachQueues: queues !== null,
      canReachDatabase: ledger !== null,
    };
  };
}

function findFailingStore(failure: Error | null): Finding[] {
  if (failure === null) return [];
  const text =
    `A worker takes no jobs, as Postgres fails: ${failure.message}. Events wait in the queue; ` +
    'it goes on by itself when Postgres answers. Check its log, its disk, and whether it is read-only.';
  return [{ kind: 'store-failing', stream: null, severity: 'critical', text }];
}

function findFailingWork(failure: string | null): Finding[] {
  if (failure === null) return [];
  const text =
    `A part of the recurring work of a worker keeps failing: ${failure}. It is tried again by itself. ` +
    'Look at the log of the worker, and take the cause away.';
  return [{ kind: 'work-failing', stream: null, severity: 'warning', text }];
}

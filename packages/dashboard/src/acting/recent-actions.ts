import { type ActionJob, type ActionProgress, actionProgressSchema } from '@timepoint/shared/contract/job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';

/** An action and how far it has come. */
export interface Action {
  readonly id: string;
  readonly job: ActionJob;
  readonly state: 'waiting' | 'active' | 'completed' | 'failed';
  /** When it was asked for, in ms since the epoch. */
  readonly askedAt: number;
  readonly progress: ActionProgress | null;
  /** Why it failed, or is tried again later; null when it has not failed. */
  readonly failure: string | null;
}

/** One action; null when it is not, or no longer, known. */
export async function readAction(queues: Queues, id: string): Promise<Action | null> {
  const job = await queues.actions.getJob(id);
  return job === undefined ? null : describe(job);
}

const RECENT = 10;

/** The latest actions, the newest first. */
export async function readRecentActions(queues: Queues): Promise<readonly Action[]> {
  const jobs = await queues.actions.getJobs(['active', 'waiting', 'delayed', 'completed', 'failed'], 0, 99);
  const latest = jobs.filter(Boolean).toSorted((one, other) => other.timestamp - one.timestamp);
  return Promise.all(latest.slice(0, RECENT).map(describe));
}

async function describe(job: Job<ActionJob>): Promise<Action> {
  const state = await job.getState();
  // What it returns is its last progress, written with its end.
  const progress = [job.returnvalue, job.progress]
    .map((value) => actionProgressSchema.safeParse(value))
    .find(({ success }) => success);
  return {
    id: String(job.id),
    job: job.data,
    state: state === 'active' || state === 'completed' || state === 'failed' ? state : 'waiting',
    askedAt: job.timestamp,
    progress: progress?.data ?? null,
    failure: job.failedReason ?? null,
  };
}

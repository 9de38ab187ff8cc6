import { readOpenLetters } from '@timepoint/database/letters/read-letters';
import type { Database } from '@timepoint/database/pool';
import { deadLetterJobSchema } from '@timepoint/shared/contract/job';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { removeUnlessTaken } from '@timepoint/shared/queues/contended-job';
import type { Job, Queues } from '@timepoint/shared/queues/queues';

/** The number of open letters that have a job. Redis must stay small whatever the stream sends. */
const MAX_JOBS = 10_000;
/** The number of jobs that one command adds. The command must be answered within ten seconds. */
const JOBS_AT_ONCE = 1_000;
/** How often removed jobs are looked for, in ms. Between these looks the jobs are read only when letters come or go. */
const FULL_LOOK_MS = 60_000;

export interface LetterJobs {
  /** Adds the missing jobs of open letters, and removes the jobs of letters that are not open any more. */
  align(): Promise<void>;
}

/**
 * Keeps one job in the queue `dead-letters` for each of the oldest 10,000 open dead letters. The letters themselves are in the
 * database, so a queue that was wiped is filled again.
 */
export function createLetterJobs(
  { queues, database }: { queues: Queues; database: Database },
  now: () => number = Date.now,
): LetterJobs {
  let aligned = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    async align() {
      const letters = await readOpenLetters(database, MAX_JOBS);
      const wanted = new Map(letters.map((letter) => [catalogue.deadLetters.jobId(letter), letter.id]));
      const fingerprint = [...wanted.keys()].join();
      if (fingerprint === aligned && now() - lookedAt < FULL_LOOK_MS) return;
      await alignJobs(queues, wanted);
      aligned = fingerprint;
      lookedAt = now();
    },
  };
}

async function alignJobs({ deadLetters }: Queues, wanted: ReadonlyMap<string, number>): Promise<void> {
  const jobs = await deadLetters.getJobs(['failed', 'waiting', 'active', 'delayed', 'completed'], 0, -1);
  const present = new Set<string>();
  for (const job of jobs) {
    // A job can end between the listing and the reading.
    if (job === undefined) continue;
    if (names(job, wanted)) present.add(job.id ?? '');
    // A worker that has the job in hand removes it itself.
    else await removeUnlessTaken(job);
  }
  const missing = [...wanted]
    .filter(([jobId]) => !present.has(jobId))
    .map(([jobId, id]) => ({ name: 'letter', data: { id }, opts: { jobId } }));
  for (let done = 0; done < missing.length; done += JOBS_AT_ONCE)
    await deadLetters.addBulk(missing.slice(done, done + JOBS_AT_ONCE));
}

/** Whether a job is that of an open letter. A job whose data names another letter, or none, can never be applied. */
function names({ id, data }: Job, wanted: ReadonlyMap<string, number>): boolean {
  const letter = wanted.get(id ?? '');
  return letter !== undefined && deadLetterJobSchema.safeParse(data).data?.id === letter;
}

import { TimepointError } from '@timepoint/shared/platform/errors';
import { retryIfFailed } from '@timepoint/shared/queues/contended-job';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { Command } from 'commander';
import { formatTable } from '../format/format-table.ts';
import { addMoreHelp } from './more-help.ts';
import { print, printJson, type Terminal, withQueues } from './terminal.ts';

interface Options {
  readonly retry?: true;
  readonly remove?: string;
  readonly json?: true;
}

interface FailedJob {
  readonly queue: string;
  readonly id: string;
  readonly failed_at: string | null;
  readonly reason: string;
}

/** At most this many jobs are shown, as each may have a quarter of a megabyte. */
const MAX_SHOWN = 100;

/** `timepoint failed-jobs` */
export function addFailedJobsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('failed-jobs')
    .description('show, retry or remove jobs that failed')
    .option('--retry', 'retry all of them now')
    .option('--remove <queue/id>', 'remove one, and print its data')
    .option('--json', 'as JSON')
    .action(({ retry, remove, json }: Options) =>
      withQueues(terminal, async (queues) => {
        if (remove !== undefined) return printJson(terminal, await removeJob(queues, remove));
        const jobs = await readFailedJobs(queues, retry === true);
        if (json) printJson(terminal, jobs);
        else print(terminal, jobs.length === 0 ? 'no job has failed' : format(jobs));
        if (jobs.length > 0 && !retry) process.exitCode = 1;
      }),
    );
  addMoreHelp(command, {
    notes: NOTES,
    good: 'no job has failed, or all are retried',
    bad: 'a job has failed',
    examples: [
      'timepoint failed-jobs',
      'timepoint failed-jobs --retry',
      'timepoint failed-jobs --remove events/companies-101-140 > job.json',
    ],
  });
}

const NOTES = `Failed jobs of events and merges stay in the queue, and are retried every ten minutes. An events job that can not
be read comes from an ingestor of another version: start workers of that version. Remove a job only when its events come
another way, such as by \`timepoint rewind\`. Failed jobs of dead letters are open letters: see
\`timepoint dead-letters\`.`;

/** All queues but the one of the dead letters. */
const queuesOf = ({ all, deadLetters }: Queues) => all.filter(({ name }) => name !== deadLetters.name);

async function readFailedJobs(queues: Queues, isRetried: boolean): Promise<FailedJob[]> {
  const failed: FailedJob[] = [];
  for (const queue of queuesOf(queues)) {
    for (const job of await queue.getFailed(0, MAX_SHOWN - 1)) {
      if (job === undefined) continue;
      const { id = '', finishedOn, failedReason } = job;
      const failed_at = finishedOn === undefined ? null : new Date(finishedOn).toISOString();
      failed.push({ queue: queue.name, id, failed_at, reason: failedReason });
      if (isRetried) await retryIfFailed(job);
    }
  }
  return failed;
}

async function removeJob(queues: Queues, name: string): Promise<object> {
  const [queueName, ...rest] = name.split('/');
  const queue = queuesOf(queues).find((queue) => queue.name === queueName);
  const job = await queue?.getJob(rest.join('/'));
  if (job === undefined || !(await job.isFailed()))
    throw new TimepointError(
      'no-such-job',
      `There is no failed job ${name}. See them with \`timepoint failed-jobs\`.`,
    );
  await job.remove();
  return { queue: queueName, id: job.id, reason: job.failedReason, data: job.data };
}

function format(jobs: readonly FailedJob[]): string {
  const rows = jobs.map(({ queue, id, failed_at, reason }) => [
    `${queue}/${id}`,
    failed_at ?? '',
    reason.split('\n')[0]?.slice(0, 200) ?? '',
  ]);
  return formatTable(['job', 'failed', 'reason'], rows);
}

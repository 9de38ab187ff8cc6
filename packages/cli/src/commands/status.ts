import { type Command, Option } from 'commander';
import { formatStatus } from '../status/format-status.ts';
import { isFine, worstFirst } from '../status/headline.ts';
import { openObserver } from '../status/observer.ts';
import { watchStatus } from '../status/watch-status.ts';
import { addMoreHelp } from './more-help.ts';
import { painter, print, printJson, type Terminal } from './terminal.ts';

interface Options {
  readonly json?: true;
  readonly watch?: true;
}

/** `timepoint status` */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('status')
    .description('is the copy live and exact? what is wrong, and how each stream stands')
    .option('--json', 'as JSON')
    .addOption(new Option('--watch', 'keep showing it').conflicts('json'))
    .action((options: Options) => show(terminal, options));
  addMoreHelp(command, {
    notes:
      'Live: every followed stream is connected, and nothing waits too long. Exact: all that arrived is in the tables.\n' +
      'That is unknown when a store can not be reached or Postgres refuses to write. It answers within 10 s, whatever hangs.\n' +
      'REDIS_URL and DATABASE_URL must be those of the workers.',
    good: 'all is well, or it may pass by itself (a note)',
    bad: 'there is a warning or worse, or the copy is not exact',
    examples: ['timepoint status', 'timepoint status --watch', 'timepoint status --json | jq .findings'],
  });
}

async function show(terminal: Terminal, { json, watch }: Options): Promise<void> {
  const observer = openObserver(terminal.env);
  const paint = painter(terminal);
  try {
    if (watch) return await watchStatus(observer, terminal, paint);
    const { reading, assessment } = await observer.look();
    if (json) printJson(terminal, { ...assessment, findings: worstFirst(assessment.findings), reading });
    else print(terminal, formatStatus(reading, null, assessment, paint));
    if (!isFine(assessment)) process.exitCode = 1;
  } finally {
    await observer.close();
  }
}

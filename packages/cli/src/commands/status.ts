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
    .description('show whether the copy is live and exact, the findings, and the state of each stream')
    .option('--json', 'as JSON')
    .addOption(new Option('--watch', 'show it until Ctrl-C').conflicts('json'))
    .action((options: Options) => show(terminal, options));
  addMoreHelp(command, {
    notes:
      'Live: every followed stream is connected, and no event waits too long. Exact: every event that arrived is in the tables.\n' +
      'Exactness is unknown when a store can not be reached or Postgres refuses writes. The answer comes within 10 s, even\n' +
      'when a store hangs. REDIS_URL and DATABASE_URL must be those of the workers.',
    good: 'no finding, or only notes, which may end without action',
    bad: 'a warning or worse, or the copy is not exact',
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

import { formatVerdict, type Verdict, verifyStream } from '@timepoint/database/verification/verify';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { type Command, Option } from 'commander';
import { addMoreHelp } from './more-help.ts';
import { streamName } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint verify` */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('verify')
    .description('check that the copy is exact: compare every table with the log')
    .addOption(streamName(new Option('--stream <name>', 'only this stream')))
    .option('--json', 'as JSON')
    .action((options: { stream?: string; json?: true }) =>
      withDatabase(terminal, async (database) => {
        const verdicts: Verdict[] = [];
        for (const stream of options.stream === undefined ? STREAM_NAMES : [options.stream]) {
          const verdict = await verifyStream(database, stream);
          verdicts.push(verdict);
          if (!options.json) print(terminal, formatVerdict(verdict));
        }
        if (options.json) printJson(terminal, verdicts);
        if (verdicts.some(({ verdict }) => verdict === 'not-exact')) process.exitCode = 1;
      }),
    );
  addMoreHelp(command, {
    good: 'the copy is exact',
    bad: 'a table differs from the log',
    examples: ['timepoint verify', 'timepoint verify --stream companies --json'],
  });
}

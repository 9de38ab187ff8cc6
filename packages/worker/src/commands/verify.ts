import { STREAM_NAMES } from '@timepoint/shared/streams';
import type { Command } from 'commander';
import { formatVerdict, type Verdict, verifyStream } from '../verify.ts';
import { streamArgument } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint verify` */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .description('is the copy exact? exit code 1 when it is not')
    .option('--stream <name>', 'only this stream', streamArgument)
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
}

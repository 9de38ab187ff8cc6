import type { Command } from 'commander';
import { formatStatus } from '../status.ts';
import { readStatus } from '../store/read-status.ts';
import { watchStatus } from '../watch-status.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint status` */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('how the copy of each stream stands')
    .option('--json', 'as JSON')
    .option('--watch', 'keep showing it')
    .action((options) =>
      withDatabase(terminal, async (database) => {
        if (options.watch) return watchStatus(database, terminal.output, terminal.signal);
        const status = await readStatus(database);
        if (options.json) printJson(terminal, status);
        else print(terminal, formatStatus(status, [], 0));
      }),
    );
}

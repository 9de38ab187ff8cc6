import type { Command } from 'commander';
import { rebuildStream } from '../rebuild.ts';
import { streamArgument } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint rebuild` */
export function addRebuildCommand(program: Command, terminal: Terminal): void {
  program
    .command('rebuild')
    .description('tell the table of a stream again from the log; workers may go on meanwhile')
    .requiredOption('--stream <name>', 'the stream', streamArgument)
    .option('--json', 'as JSON')
    .action(({ stream, json }: { stream: string; json?: true }) =>
      withDatabase(terminal, async (database) => {
        const rebuilt = await rebuildStream(database, stream);
        if (json) return printJson(terminal, rebuilt);
        const { added, changed, removed, status_changes } = rebuilt;
        const statuses = status_changes === null ? '' : `, ${status_changes} status changes corrected`;
        print(terminal, `${stream}: ${added} rows added, ${changed} changed, ${removed} removed${statuses}`);
      }),
    );
}

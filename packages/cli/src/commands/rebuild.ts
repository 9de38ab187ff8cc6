import { rebuildStream } from '@timepoint/database/verification/rebuild';
import { type Command, Option } from 'commander';
import { addMoreHelp } from './more-help.ts';
import { operator } from './operator.ts';
import { streamName } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint rebuild` */
export function addRebuildCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('rebuild')
    .description('rebuild the table of a stream from the log; workers can keep running')
    .addOption(streamName(new Option('--stream <name>', 'the stream')).makeOptionMandatory())
    .option('--json', 'as JSON')
    .action(({ stream, json }: { stream: string; json?: true }) =>
      withDatabase(terminal, async (database) => {
        const rebuilt = await rebuildStream(database, stream, operator());
        if (json) return printJson(terminal, rebuilt);
        const { added, changed, removed, status_changes } = rebuilt;
        const statuses = status_changes === null ? '' : `, ${status_changes} status changes corrected`;
        print(terminal, `${stream}: ${added} rows added, ${changed} changed, ${removed} removed${statuses}`);
      }),
    );
  addMoreHelp(command, {
    notes:
      'Use it when `timepoint verify` finds a table that differs from the log. It writes a row to ingest.audit.',
    examples: ['timepoint rebuild --stream companies'],
  });
}

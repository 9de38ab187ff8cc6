import { readDriftSummary } from '@timepoint/database/drift/read-drift-summary';
import { readRejects } from '@timepoint/database/snapshots/read-rejects';
import { readSnapshots } from '@timepoint/database/snapshots/read-snapshots';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { type Command, InvalidArgumentError } from 'commander';
import { formatSnapshot, formatSnapshots } from '../format/format-snapshots.ts';
import { addMoreHelp } from './more-help.ts';
import { addSnapshotImportCommand } from './snapshot-import.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint snapshot import|list|show` */
export function addSnapshotCommand(program: Command, terminal: Terminal): void {
  const snapshot = program
    .command('snapshot')
    .description("import the publisher's bulk files, and list the imports");
  addSnapshotImportCommand(snapshot, terminal);
  const list = snapshot
    .command('list')
    .description('list the imports, newest first')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withDatabase(terminal, async (database) => {
        const snapshots = await readSnapshots(database);
        if (json) printJson(terminal, snapshots);
        else print(terminal, formatSnapshots(snapshots));
      }),
    );
  addMoreHelp(list, { examples: ['timepoint snapshot list', 'timepoint snapshot list --json'] });
  const show = snapshot
    .command('show')
    .description('show the result of an import: rows, drift, rejects, seconds')
    .argument('<id>', 'the id in the list', idArgument)
    .option('--json', 'as JSON')
    .action((id: number, { json }: { json?: true }) =>
      withDatabase(terminal, async (database) => {
        const [summary] = await readSnapshots(database, id);
        if (summary === undefined)
          throw new TimepointError(
            'no-snapshot',
            `There is no import ${id}. See \`timepoint snapshot list\`.`,
          );
        const drift = await readDriftSummary(database, summary);
        const rejects = await readRejects(database, id, json ? null : SHOWN_REJECTS);
        if (json) printJson(terminal, { ...summary, drift, rejected: rejects });
        else print(terminal, formatSnapshot(summary, drift, rejects));
      }),
    );
  addMoreHelp(show, {
    bad: 'the import does not exist',
    examples: ['timepoint snapshot show 3', 'timepoint snapshot show 3 --json'],
  });
}

const SHOWN_REJECTS = 20;

function idArgument(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Write the id of an import.');
  return Number(text);
}

import { migrateDown, migrateUp, readMigrations } from '@timepoint/database/migration/migrate';
import type { Command } from 'commander';
import { addMoreHelp } from './more-help.ts';
import { print, printJson, type Terminal, withUrl } from './terminal.ts';

/** `timepoint migrate up|down|status` */
export function addMigrateCommand(program: Command, terminal: Terminal): void {
  const migrate = program
    .command('migrate')
    .description('update the schema of the database, or show its state');
  const up = migrate
    .command('up')
    .description('apply every pending migration')
    .action(async () => print(terminal, listed('applied', await withUrl(terminal, migrateUp))));
  addMoreHelp(up, { examples: ['timepoint migrate up'] });
  const down = migrate
    .command('down')
    .description('undo the newest migration; its data is lost')
    .action(async () => print(terminal, listed('undone', await withUrl(terminal, migrateDown))));
  addMoreHelp(down, { examples: ['timepoint migrate down'] });
  const status = migrate
    .command('status')
    .description('list applied and pending migrations')
    .option('--json', 'as JSON')
    .action(async (options) => {
      const state = await withUrl(terminal, readMigrations);
      const lines = [
        ...state.applied.map((name) => `applied  ${name}`),
        ...state.pending.map((name) => `pending  ${name}`),
      ];
      if (options.json) printJson(terminal, state);
      else print(terminal, lines.join('\n'));
      if (state.pending.length > 0) process.exitCode = 1;
    });
  addMoreHelp(status, {
    good: 'all migrations are applied',
    bad: 'a migration is pending',
    examples: ['timepoint migrate status', 'timepoint migrate status --json'],
  });
}

function listed(verb: string, names: readonly string[]): string {
  return names.length === 0 ? 'nothing to do' : names.map((name) => `${verb}  ${name}`).join('\n');
}

import { Command } from 'commander';
import { addMigrateCommand } from './commands/migrate.ts';
import { addRebuildCommand } from './commands/rebuild.ts';
import { addStatusCommand } from './commands/status.ts';
import type { Terminal } from './commands/terminal.ts';
import { addVerifyCommand } from './commands/verify.ts';

/** The `timepoint` command. Its actions throw errors whose messages name the remedy. */
export function createCommandLine(terminal: Terminal): Command {
  const program = new Command('timepoint').description('An exact, live copy of the UK company register.');
  addMigrateCommand(program, terminal);
  addStatusCommand(program, terminal);
  addVerifyCommand(program, terminal);
  addRebuildCommand(program, terminal);
  return program;
}

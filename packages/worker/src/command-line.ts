import { Command } from 'commander';
import { addDeadLettersCommand } from './commands/dead-letters.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addRebuildCommand } from './commands/rebuild.ts';
import { addSnapshotCommand } from './commands/snapshot.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTailCommand } from './commands/tail.ts';
import type { Terminal } from './commands/terminal.ts';
import { addVerifyCommand } from './commands/verify.ts';

/**
 * The `timepoint` command. Its actions throw errors whose messages name the remedy; parsing throws CommanderError,
 * for help too, after it has told the user.
 */
export function createCommandLine(terminal: Terminal): Command {
  const program = new Command('timepoint')
    .description('An exact, live copy of the UK company register.')
    // Before the commands are added: each takes it over then.
    .exitOverride();
  addMigrateCommand(program, terminal);
  addStatusCommand(program, terminal);
  addVerifyCommand(program, terminal);
  addRebuildCommand(program, terminal);
  addHistoryCommand(program, terminal);
  addExplainCommand(program, terminal);
  addTailCommand(program, terminal);
  addSnapshotCommand(program, terminal);
  addDeadLettersCommand(program, terminal);
  return program;
}

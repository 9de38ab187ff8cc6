import { styleText } from 'node:util';
import { printable } from '@timepoint/shared/platform/printable';
import { Command } from 'commander';
import { addCompletionCommand } from './commands/completion.ts';
import { addDeadLettersCommand } from './commands/dead-letters.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEpochCommand } from './commands/epoch.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addFailedJobsCommand } from './commands/failed-jobs.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addRebuildCommand } from './commands/rebuild.ts';
import { addRewindCommand } from './commands/rewind.ts';
import { addSnapshotCommand } from './commands/snapshot.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTailCommand } from './commands/tail.ts';
import type { Terminal } from './commands/terminal.ts';
import { addUnfollowCommand } from './commands/unfollow.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { VERSION } from './version.ts';

/**
 * The `timepoint` command. Its actions throw errors whose messages name the remedy. Parsing throws CommanderError after
 * it has printed the message, and also after it has printed help.
 */
export function createCommandLine(terminal: Terminal): Command {
  const program = new Command('timepoint')
    .description('An exact, live copy of the UK company register.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', EXAMPLES)
    // These come before the commands, as each command copies them when it is added.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.output.write(text),
      outputError: (text, write) => write(printable(text)),
    })
    .configureHelp({ styleTitle: (text) => styleText('bold', text) })
    .showHelpAfterError('(add --help to see the usage)');

  program.commandsGroup('Check:');
  addStatusCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addVerifyCommand(program, terminal);

  program.commandsGroup('Inspect:');
  addHistoryCommand(program, terminal);
  addExplainCommand(program, terminal);
  addTailCommand(program, terminal);

  program.commandsGroup('Repair:');
  addDeadLettersCommand(program, terminal);
  addFailedJobsCommand(program, terminal);
  addRewindCommand(program, terminal);
  addRebuildCommand(program, terminal);
  addEpochCommand(program, terminal);

  program.commandsGroup(SETUP);
  addMigrateCommand(program, terminal);
  addSnapshotCommand(program, terminal);
  addUnfollowCommand(program, terminal);
  addCompletionCommand(program, terminal);
  program.addHelpCommand(
    new Command('help').argument('[command]').description('show the help of a command').helpGroup(SETUP),
  );
  return program;
}

const SETUP = 'Set up:';

const EXAMPLES = `
Settings come from the environment, as for the workers: DATABASE_URL, REDIS_URL, … See docs/configuration.md.
Exit code: 0 success, 1 a problem was found or the command failed, 2 wrong usage or settings.

Examples:
  timepoint status                   is the copy live and exact?
  timepoint doctor                   is the setup right?
  timepoint verify                   compare every table with the log
  timepoint history 09876543         show the history of a company
  timepoint snapshot import <file>   import the whole register from a bulk file`;

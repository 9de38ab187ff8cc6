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
 * The `timepoint` command. Its actions throw errors whose messages name the remedy; parsing throws CommanderError,
 * for help too, after it has told the user.
 */
export function createCommandLine(terminal: Terminal): Command {
  const program = new Command('timepoint')
    .description('An exact, live copy of the UK company register.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', EXAMPLES)
    // Before the commands are added: each takes these over then.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.output.write(text),
      outputError: (text, write) => write(printable(text)),
    })
    .configureHelp({ styleTitle: (text) => styleText('bold', text) })
    .showHelpAfterError('(add --help to see how it is used)');

  program.commandsGroup('How it stands:');
  addStatusCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addVerifyCommand(program, terminal);

  program.commandsGroup('What happened:');
  addHistoryCommand(program, terminal);
  addExplainCommand(program, terminal);
  addTailCommand(program, terminal);

  program.commandsGroup('Mend it:');
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

const SETUP = 'Set it up:';

const EXAMPLES = `
Settings come from the environment, as for the workers: DATABASE_URL, REDIS_URL, …; see docs/configuration.md.
Exit code: 0 good, 1 found a problem or failed, 2 wrong usage or settings.

Examples:
  timepoint status                   is the copy live and exact?
  timepoint doctor                   what is wrong with how it is set up?
  timepoint verify                   compare every table with the log
  timepoint history 09876543         what happened to a company
  timepoint snapshot import <file>   bring the whole register from a bulk file`;

import { ConfigError } from '@timepoint/shared/errors';
import { CommanderError } from 'commander';
import { createCommandLine } from './command-line.ts';
import { explainFailure } from './commands/explain-failure.ts';

/** What still hangs when a command has ended, such as a connection to a server that hangs, may take so long, in ms. */
const LINGER_MS = 500;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
// A reader that has seen enough, such as `head`, ends the command too.
process.stdout.on('error', () => stop.abort());

const { env, stdin: input, stdout: output } = process;
const program = createCommandLine({ env, input, output, signal: stop.signal });
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(explainFailure(error, env.LOG_LEVEL));
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}
// Only once all that was printed has been taken, however slow the reader is.
output.write('', () => setTimeout(() => process.exit(), LINGER_MS).unref());

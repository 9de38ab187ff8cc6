import { ConfigError, TimepointError } from '@timepoint/shared/errors';
import { CommanderError } from 'commander';
import { createCommandLine } from './command-line.ts';

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
    console.error(error instanceof TimepointError ? error.message : error);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}

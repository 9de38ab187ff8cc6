import { ConfigError } from '@timepoint/shared/platform/errors';
import { printable } from '@timepoint/shared/platform/printable';
import { CommanderError } from 'commander';
import { createCommandLine } from './command-line.ts';
import { explainFailure } from './commands/explain-failure.ts';

/** How long open handles may last after the end of a command, in ms, such as a connection to a server that hangs. */
const LINGER_MS = 500;

/** npm forwards the Ctrl-C of the terminal. Two signals within this time, in ms, are the same Ctrl-C. */
const SAME_REQUEST_MS = 1_000;

const stop = new AbortController();
let askedAt = Number.POSITIVE_INFINITY;
const askToStop = () => {
  if (performance.now() - askedAt > SAME_REQUEST_MS) process.exit(130);
  askedAt = Math.min(askedAt, performance.now());
  stop.abort();
};
process.on('SIGINT', askToStop);
process.on('SIGTERM', askToStop);
// The command also ends when its reader closes the pipe, as `head` does.
process.stdout.on('error', () => stop.abort());

const { env, stdin: input, stdout: output } = process;
const program = createCommandLine({ env, input, output, signal: stop.signal });
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(printable(explainFailure(error, env.LOG_LEVEL)));
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}
// The process ends after the reader has taken all output, even a slow reader.
output.write('', () => setTimeout(() => process.exit(), LINGER_MS).unref());

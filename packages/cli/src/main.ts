import { ConfigError } from '@timepoint/shared/platform/errors';
import { printable } from '@timepoint/shared/platform/printable';
import { CommanderError } from 'commander';
import { createCommandLine } from './command-line.ts';
import { explainFailure } from './commands/explain-failure.ts';

/** What still hangs when a command has ended, such as a connection to a server that hangs, may take so long, in ms. */
const LINGER_MS = 500;

/** Ctrl-C comes from the terminal and again through npm: within this time, in ms, it is the same one. */
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
    console.error(printable(explainFailure(error, env.LOG_LEVEL)));
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}
// Only once all that was printed has been taken, however slow the reader is.
output.write('', () => setTimeout(() => process.exit(), LINGER_MS).unref());

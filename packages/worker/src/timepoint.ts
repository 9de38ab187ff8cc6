import { ConfigError, TimepointError } from '@timepoint/shared/errors';
import { createCommandLine } from './command-line.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

const program = createCommandLine({ env: process.env, output: process.stdout, signal: stop.signal });
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof TimepointError ? error.message : error);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

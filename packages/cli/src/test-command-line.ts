import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Env } from '@timepoint/shared/platform/config';
import { createCommandLine } from './command-line.ts';

/** For tests: a command that runs in this process. */
export interface TestRun {
  /** The output, and the exit code that the command set. Rejects like the command. */
  readonly ended: Promise<{ printed: string; exitCode: typeof process.exitCode }>;
  /** The output so far. */
  printed(): string;
}

/** The environment of the command. */
export interface CommandWorld {
  readonly signal?: AbortSignal;
  readonly input?: Readable;
  readonly env?: Env;
}

/** Starts the `timepoint` command with the arguments in `args`. */
export function startCommand(
  args: string,
  url: string,
  { signal = AbortSignal.abort(), input = Readable.from([]), env = {} }: CommandWorld = {},
): TestRun {
  const stream = new PassThrough({ encoding: 'utf8' });
  let printed = '';
  stream.on('data', (text) => {
    printed += text;
  });
  const output = Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream;
  const run = async () => {
    const world = { env: { DATABASE_URL: url, ...env }, input, output, signal };
    await createCommandLine(world).parseAsync(args.split(' '), { from: 'user' });
    stream.end();
    await finished(stream);
    const { exitCode } = process;
    process.exitCode = undefined;
    return { printed, exitCode };
  };
  return { ended: run(), printed: () => printed };
}

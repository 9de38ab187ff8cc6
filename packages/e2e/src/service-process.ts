import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A service that runs as its own process, as in production. */
export interface ServiceProcess {
  readonly pid: number;
  /** The lines that it has printed, standard output and error together. */
  output(): string;
  /** Waits until it has printed something that matches, or fails with its output when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** SIGKILL, as if the machine had lost its power. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code and how long it took, in ms. */
  terminate(): Promise<{ code: number | null; tookMs: number }>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

export type Program = 'simulator' | 'ingestor' | 'worker' | 'dashboard';

/** Starts the bundle of a service with nothing but the given environment. */
export function startProcess(program: Program, env: Record<string, string>): ServiceProcess {
  return startBundle(bundleOf(program), env);
}

/** Starts a bundle that may be anywhere. */
export function startBundle(file: string, env: Record<string, string>): ServiceProcess {
  return watchProcess(spawn(process.execPath, [file], { env: { PATH: process.env.PATH, ...env } }));
}

/** Starts a command of the `timepoint` bundle, with options of Node if need be. */
export function startTimepoint(
  args: readonly string[],
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): ServiceProcess {
  return watchProcess(
    spawn(process.execPath, [...nodeOptions, bundleOf('cli'), ...args], {
      env: { PATH: process.env.PATH, ...env },
    }),
  );
}

/** Runs a command of the `timepoint` bundle to its end. */
export async function runTimepoint(args: readonly string[], env: Record<string, string>) {
  const child = startTimepoint(args, env);
  const code = await child.ended;
  return { code, output: child.output() };
}

function bundleOf(program: Program | 'cli'): string {
  return fileURLToPath(new URL(`../../${program}/dist/main.js`, import.meta.url));
}

/** Follows the output and the end of a process. */
export function watchProcess(child: ChildProcess): ServiceProcess {
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const hasEnded = ended.then(() => true);
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => output,
    printed: async (pattern) => {
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        const next = child.stdout ? once(child.stdout, 'data').then(() => false) : hasEnded;
        if (await Promise.race([hasEnded, next]))
          throw new Error(`ended without printing ${pattern}:\n${output}`);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    terminate: async () => {
      const startedAt = Date.now();
      child.kill('SIGTERM');
      return { code: await ended, tookMs: Date.now() - startedAt };
    },
  };
}

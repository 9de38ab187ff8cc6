import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './last-lines.ts';
import { leash } from './leash.ts';

/** A log above this size is renamed at the next start, in bytes. It replaces the one that was renamed before. */
const MAX_LOG_BYTES = 20 * 1024 * 1024;
const LAST_LINES = 20;

export interface DaemonOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Everything that the process prints is appended here. */
  readonly logFile: string;
  /** Asks the process to end cleanly. Also sent when this process dies without having stopped it. */
  readonly stopSignal: NodeJS.Signals;
  /** The account that runs the process. Only root may choose one. */
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A background process. Ctrl-C in the terminal doesn't reach it, but it ends with the process that started it. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process has ended, with its exit code or signal: `code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** The last lines that this run of the process printed. */
  lastLines(): string[];
  /** Ends it by SIGKILL, like a crash. */
  kill(): Promise<void>;
  /**
   * Stops it cleanly, or by SIGKILL after the deadline or when `hurry` aborts. Returns whether it stopped cleanly.
   */
  stop(deadlineMs: number, hurry?: AbortSignal): Promise<boolean>;
}

/**
 * Starts a background process.
 * @throws when the command can't be run.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const logStart = prepareLog(options.logFile);
  const child = spawnDetached(options);
  const pid = await spawned(child, options.command);
  let ending: string | undefined;
  const letGo = leash(pid, options.stopSignal);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = signal ?? `code ${code}`;
      letGo();
      resolve(ending);
    });
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    name: options.name,
    logFile: options.logFile,
    pid,
    ended,
    kill,
    hasEnded: () => ending !== undefined,
    lastLines: () => lastLines(options.logFile, LAST_LINES, logStart),
    stop: async (deadlineMs, hurry) => {
      child.kill(options.stopSignal);
      const isClean = await isSettledInTime(ended, deadlineMs, hurry);
      if (!isClean) await kill();
      return isClean;
    },
  };
}

/** Renames a big log. Returns the position in the log, in bytes, at which this run begins. */
function prepareLog(logFile: string): number {
  mkdirSync(dirname(logFile), { recursive: true });
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= MAX_LOG_BYTES) return size;
  renameSync(logFile, `${logFile}.1`);
  return 0;
}

function spawnDetached({ command, args, env, cwd, logFile, account }: DaemonOptions): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    return spawn(command, args, {
      ...account,
      ...(env ? { env } : {}),
      ...(cwd ? { cwd } : {}),
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

function spawned(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause) =>
      reject(new Error(`could not run ${command}: ${cause.message}`, { cause })),
    );
  });
}

async function isSettledInTime(promise: Promise<unknown>, deadlineMs: number, hurry?: AbortSignal) {
  const timer = new AbortController();
  const signal = AbortSignal.any([timer.signal, ...(hurry ? [hurry] : [])]);
  const tooLate = sleep(deadlineMs, false, { signal }).catch(() => false);
  const isInTime = await Promise.race([promise.then(() => true), tooLate]);
  timer.abort();
  return isInTime;
}

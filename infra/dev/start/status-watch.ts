import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { leash } from '@timepoint/testkit/stores/leash';

/** Ctrl-C in the terminal reaches the summary directly. When it still runs after this time, in ms, … */
const OWN_END_MS = 300;
/** … it gets SIGINT, and after this time, in ms, SIGKILL. */
const STOP_DEADLINE_MS = 2_000;

export interface StatusWatchOptions {
  /** The bundle of the `timepoint` command. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called when the summary ends although no signal asked it to. */
  readonly onEndedAlone: (ending: string) => void;
}

/** Shows the updating summary on the terminal until `over` settles, whose result or error it passes on. */
export async function showStatusUntil<Result>(
  over: Promise<Result>,
  { script, env, onEndedAlone }: StatusWatchOptions,
): Promise<Result> {
  const child = spawn(process.execPath, [script, 'status', '--watch'], { env, stdio: 'inherit' });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const letGo = leash(child.pid ?? 0, 'SIGINT');
  let isOver = false;
  void ended.then((ending) => {
    letGo();
    setTimeout(() => isOver || onEndedAlone(ending), OWN_END_MS).unref();
  });
  try {
    return await over;
  } finally {
    isOver = true;
    await Promise.race([ended, sleep(OWN_END_MS)]);
    child.kill('SIGINT');
    await Promise.race([ended, sleep(STOP_DEADLINE_MS)]);
    child.kill('SIGKILL');
    await ended;
  }
}

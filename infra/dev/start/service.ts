import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, startDaemon } from '@timepoint/testkit/stores/daemon';
import type { ServicePlan } from './service-plan.ts';

/** How long a service may take from its start to its first answer, in ms. */
const READY_DEADLINE_MS = 60_000;
const READY_POLL_MS = 100;

export interface ServiceOptions {
  readonly root: string;
  /** Gets `<name>.log`. */
  readonly logFolder: string;
  readonly signal: AbortSignal;
}

/**
 * Starts one of our processes and waits until it answers.
 * @throws when it ends instead, with its last lines.
 */
export async function startService(plan: ServicePlan, options: ServiceOptions): Promise<Daemon> {
  const daemon = await startDaemon({
    name: plan.name,
    command: process.execPath,
    args: ['--enable-source-maps', join(options.root, 'packages', plan.name, 'dist/main.js')],
    cwd: options.root,
    env: plan.env,
    logFile: join(options.logFolder, `${plan.name}.log`),
    stopSignal: 'SIGTERM',
  });
  try {
    await waitForAnswer(daemon, plan.port, options.signal);
  } catch (error) {
    await daemon.kill();
    throw error;
  }
  return daemon;
}

/** Never resolves; rejects with the last lines of the process when it ends. */
export async function failWhenEnded(daemon: Daemon): Promise<never> {
  const ending = await daemon.ended;
  const title = `${daemon.name} ended unexpectedly (${ending}). The end of ${daemon.logFile}:`;
  throw new Error([title, ...daemon.lastLines().map((line) => `  ${line}`)].join('\n'));
}

async function waitForAnswer(daemon: Daemon, port: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (!(await isAnswering(port))) {
    signal.throwIfAborted();
    if (daemon.hasEnded()) await failWhenEnded(daemon);
    if (Date.now() > deadline)
      throw new Error(`${daemon.name} gave no answer in ${READY_DEADLINE_MS / 1000} s`);
    await sleep(READY_POLL_MS);
  }
}

function isAnswering(port: number): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/health/live`;
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}

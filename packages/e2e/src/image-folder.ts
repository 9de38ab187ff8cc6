// An image without an engine: a folder that holds what the Dockerfile would copy and nothing else, in which
// its commands run as an account that owns nothing there.
import { spawn } from 'node:child_process';
import { chownSync, copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookUpAccount } from '@timepoint/testkit/stores/postgres-account';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import type { Image } from './dockerfile.ts';
import { type ServiceProcess, watchProcess } from './service-process.ts';

export interface ImageFolder {
  /** A folder that stands for a volume: the account may write there, and only there. */
  readonly volume: string;
  /** Starts the entry point with the command of the image, or a command of its own. */
  start(env: Record<string, string>, command?: readonly string[]): ServiceProcess;
  /** Runs the health check once and returns its exit code. */
  checkHealth(env: Record<string, string>): Promise<number | null>;
  /** Runs any command, as `docker compose exec` does. */
  exec(env: Record<string, string>, command: readonly string[]): ServiceProcess;
  remove(): void;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NODE = 'usr/local/bin/node';

/** Copies what the image holds, with Node where the images of Node have it. */
export function layOutImage(image: Image): ImageFolder {
  const folder = createTempFolder();
  const account = process.getuid?.() === 0 ? lookUpAccount('nobody') : undefined;
  const volume = join(folder, 'volume');
  mkdirSync(volume);
  if (account) chownSync(volume, account.uid, account.gid);
  // Under root, the Node of this run may be in a folder that other accounts can't read.
  mkdirSync(join(folder, dirname(NODE)), { recursive: true });
  copyFileSync(process.execPath, join(folder, NODE));
  for (const { source, target } of image.copied)
    cpSync(join(ROOT, source), join(folder, target), { recursive: true });

  const isOurs = (path: string) => path === `/${dirname(NODE)}` || path.startsWith(image.folder);
  const paths = (image.env.PATH ?? '').split(':').map((path) => (isOurs(path) ? join(folder, path) : path));
  const run = ([program = '', ...args]: readonly string[], env: Record<string, string>) =>
    watchProcess(
      spawn(program, args, {
        ...account,
        cwd: join(folder, image.folder),
        env: { ...image.env, PATH: paths.join(':'), ...env },
      }),
    );
  return {
    volume,
    start: (env, command = image.command) => run([...image.entrypoint, ...command], env),
    checkHealth: (env) => run(image.healthCheck ?? [], env).ended,
    exec: (env, command) => run(command, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

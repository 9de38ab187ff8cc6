// The data folder of a private Postgres.
import { existsSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { AlreadyRunningError } from './claim.ts';
import { type Account, makeOwnFolder } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { commandOf } from './process-table.ts';

/** The superuser of the cluster, without a password. */
export const USER = 'timepoint';

export interface ClusterOptions {
  readonly binaries: PostgresBinaries;
  readonly dataDir: string;
  readonly account: Account | undefined;
  /** False when the data need not survive a crash of the computer. */
  readonly isSynced: boolean;
}

/** The major version that wrote the data; undefined when there is none yet. */
export function readMajor(dataDir: string): number | undefined {
  const file = join(dataDir, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/**
 * Removes the lock of a server that is gone. After a reboot another process may have the id in the lock, and Postgres
 * would refuse to start.
 * @throws AlreadyRunningError when the server is alive.
 */
export function removeStaleLock(dataDir: string): void {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (commandOf(pid)?.includes(dataDir)) throw new AlreadyRunningError(`Postgres on ${dataDir}`, pid);
  rmSync(file);
}

/**
 * Creates the data folder. It gets its name when it is complete, so an interrupted start leaves no incomplete folder.
 */
export async function createCluster({ binaries, dataDir, account, isSynced }: ClusterOptions): Promise<void> {
  const unfinished = `${dataDir}.new`;
  makeOwnFolder(unfinished, account);
  const options = [`--pgdata=${unfinished}`, `--username=${USER}`, '--auth=trust', '--encoding=UTF8'];
  if (!isSynced) options.push('--no-sync');
  const run = (locale: string[]) =>
    execa(join(binaries.folder, 'initdb'), [...options, ...locale], {
      ...account,
      cwd: dirname(dataDir),
      env: { LC_ALL: 'C' },
    });
  if (binaries.major >= 17) {
    await run(['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']);
  } else {
    // Some systems have no C.UTF-8. C sorts the same, but knows upper and lower case of ASCII only.
    await run(['--locale=C.UTF-8']).catch(() => run(['--locale=C']));
  }
  if (existsSync(dataDir)) rmdirSync(dataDir);
  renameSync(unfinished, dataDir);
}

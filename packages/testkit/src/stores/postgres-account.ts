// Postgres refuses to run as root. Under root it runs as another account. That account must own the data and reach it,
// but no other account than root reaches a clone under /root.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Holds what the account can't reach in place. Only root writes here, so no other account can plant a program. */
const REACHABLE_FOLDER = '/var/lib';

/**
 * The account for Postgres under root: the owner of the existing data, else `postgres`, else `nobody`. Undefined when
 * this process isn't root: Postgres then runs as the account of this process.
 * @throws when the data belongs to another account.
 */
export function chooseAccount(dataDir: string): Account | undefined {
  const self = process.getuid?.();
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return undefined;
    throw new Error(
      `${dataDir} belongs to another account (uid ${owner.uid}): delete it, or run as that account`,
    );
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = lookUpAccount('postgres') ?? lookUpAccount('nobody');
  if (account === undefined)
    throw new Error('running as root, and there is no account `postgres` or `nobody`');
  return account;
}

/** `dataDir`, or the folder that replaces it when the account can't reach it. */
export function reachableDataDir(dataDir: string, account: Account | undefined): string {
  mkdirSync(dirname(dataDir), { recursive: true });
  if (canReach(dirname(dataDir), account)) return dataDir;
  const standIn = standInFor(dataDir);
  mkdirSync(standIn, { recursive: true });
  return join(standIn, 'data');
}

/** The binaries, or a copy of them when the account can't reach them. */
export function reachableBinaries(
  binaries: PostgresBinaries,
  account: Account | undefined,
): PostgresBinaries {
  if (canReach(binaries.folder, account)) return binaries;
  const installation = dirname(binaries.folder);
  const copy = standInFor(`${installation} ${statSync(join(binaries.folder, 'postgres')).mtimeMs}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(installation, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return { ...binaries, folder: join(copy, 'bin') };
}

/** Makes an empty folder that belongs to the account. */
export function makeOwnFolder(folder: string, account: Account | undefined): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}

function standInFor(path: string): string {
  return join(REACHABLE_FOLDER, `timepoint-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`);
}

function canReach(folder: string, account: Account | undefined): boolean {
  return account === undefined || spawnSync('test', ['-x', folder], { ...account, cwd: '/' }).status === 0;
}

/** The account of this name, if the machine has one. */
export function lookUpAccount(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((option) => {
    const { stdout, status } = spawnSync('id', [option, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : Number.NaN;
  });
  return uid && gid ? { uid, gid } : undefined;
}

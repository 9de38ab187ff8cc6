// A private Postgres on a free port of 127.0.0.1, with its data in a given folder. It ends with this process.
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { Client } from 'pg';
import { type Claim, drop, hold, release } from './claim.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { type Account, chooseAccount, reachableBinaries, reachableDataDir } from './postgres-account.ts';
import { findPostgres, type PostgresBinaries, type PostgresKind } from './postgres-binaries.ts';
import { createCluster, readMajor, removeStaleLock, USER } from './postgres-cluster.ts';

const DATABASE = 'timepoint';

const READY_POLL_MS = 50;
/** How long to wait until a killed server has freed its lock and memory, or a port is free, in ms. */
const RETRY_MS = 15_000;
const STOP_DEADLINE_MS = 30_000;

const PASSING_TROUBLE = /Address already in use|shared memory block|lock file .* already exists/;

/**
 * For tests: Postgres does not wait for the disk. The data survives a killed server, but not a crash of the computer.
 * `synchronous_commit` stays on, so everything that was committed before `kill()` is there afterwards.
 */
export const TEST_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};

export interface PostgresOptions {
  /** The data folder. The first start creates it. */
  readonly dataDir: string;
  /** Uses only these binaries. Default: those of the machine, else the embedded ones. */
  readonly binaries?: PostgresKind | undefined;
  /** Default: a free port. */
  readonly port?: number | undefined;
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The PATH to search for binaries. */
  readonly path?: string | undefined;
  /** Default: `<dataDir>.log`. */
  readonly logFile?: string | undefined;
  /** Receives one line that names the folder of the data when that is not `dataDir`. */
  readonly log?: (line: string) => void;
}

export interface Postgres {
  /** The URL of the database `timepoint` for its superuser. The database is empty after the first start. */
  readonly url: string;
  readonly port: number;
  readonly kind: PostgresKind;
  readonly major: number;
  /** The folder of the data: `dataDir`, or its replacement under root. */
  readonly dataDir: string;
  readonly daemon: Daemon;
  /** Ends it by SIGKILL, like a crash. Start it again on the same folder to recover. */
  kill(): Promise<void>;
  /** Stops it cleanly, with all data on disk. */
  close(): Promise<void>;
}

/**
 * Starts Postgres on a data folder. The first start creates the folder.
 * @throws AlreadyRunningError when a live server has the folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { path = process.env.PATH, log = () => undefined } = options;
  const account = chooseAccount(options.dataDir);
  const dataDir = reachableDataDir(options.dataDir, account);
  if (dataDir !== options.dataDir) log(`${options.dataDir} is closed to Postgres; its data is in ${dataDir}`);
  const major = readMajor(dataDir);
  const data = major === undefined ? undefined : { folder: dataDir, major };
  const found = await findPostgres({ kind: options.binaries, path, data });
  const binaries = reachableBinaries(found, account);
  const claim: Claim = {
    name: `Postgres on ${dataDir}`,
    file: `${dataDir}.claim`,
    mark: dataDir,
    stopSignal: 'SIGINT',
  };
  await release(claim);
  removeStaleLock(dataDir);
  const isSynced = options.settings?.fsync !== 'off';
  if (data === undefined) await createCluster({ binaries, dataDir, account, isSynced });
  const { daemon, port } = await startServer({ ...options, dataDir }, binaries, account, claim);
  await createDatabase(port).catch(async (error: unknown) => {
    await daemon.kill();
    throw error;
  });
  return {
    url: urlOf(port, DATABASE),
    port,
    kind: binaries.kind,
    major: binaries.major,
    dataDir,
    daemon,
    kill: () => daemon.kill(),
    close: async () => {
      await daemon.stop(STOP_DEADLINE_MS);
      drop(claim);
    },
  };
}

async function startServer(
  options: PostgresOptions,
  binaries: PostgresBinaries,
  account: Account | undefined,
  claim: Claim,
): Promise<{ daemon: Daemon; port: number }> {
  const deadline = Date.now() + RETRY_MS;
  for (;;) {
    const port = options.port ?? (await getPort());
    const daemon = await startDaemon({
      name: 'postgres',
      command: join(binaries.folder, 'postgres'),
      args: ['-D', options.dataDir, ...settingsOf(port, options.settings)],
      env: { ...process.env, LC_ALL: 'C' },
      cwd: dirname(options.dataDir),
      logFile: options.logFile ?? `${options.dataDir}.log`,
      stopSignal: 'SIGINT',
      account,
    });
    hold(claim, daemon.pid);
    if (await isReady(port, daemon, options.dataDir)) return { daemon, port };
    const lines = daemon.lastLines().join('\n');
    if (!PASSING_TROUBLE.test(lines) || Date.now() > deadline) {
      throw new Error(`Postgres ended with ${await daemon.ended} instead of starting:\n${lines}`);
    }
    await sleep(250);
  }
}

function settingsOf(port: number, settings: Readonly<Record<string, string>> = {}): string[] {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // Off: the path of a socket in the data folder can be longer than the system allows.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Waits until recovery is done. Returns false when the server ended instead. */
async function isReady(port: number, daemon: Daemon, dataDir: string): Promise<boolean> {
  // Another server may have taken the port in the meantime.
  const isOurs = "select from pg_settings where name = 'data_directory' and setting = $1";
  while (!daemon.hasEnded()) {
    if ((await ask(port, isOurs, dataDir).catch(() => 0)) === 1) return true;
    await sleep(READY_POLL_MS);
  }
  return false;
}

async function createDatabase(port: number): Promise<void> {
  const known = await ask(port, 'select from pg_database where datname = $1', DATABASE);
  if (known === 0) await ask(port, `create database ${DATABASE}`);
}

/** Runs a statement on an own connection. Returns the number of rows. */
async function ask(port: number, statement: string, ...values: string[]): Promise<number> {
  const client = new Client({ connectionString: urlOf(port, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement, values)).rowCount ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function urlOf(port: number, database: string): string {
  return `postgres://${USER}@127.0.0.1:${port}/${database}`;
}

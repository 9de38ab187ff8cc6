// For tests: a private PgBouncer on a free port of 127.0.0.1, in front of a Postgres, ended with this process.
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { Client } from 'pg';
import { createTempFolder } from '../temp-folder.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { type Account, chooseAccount, makeOwnFolder } from './postgres-account.ts';

/** Debian keeps it off the PATH of accounts other than root. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];
const READY_POLL_MS = 25;
/** How long to try other ports, in ms. */
const RETRY_MS = 15_000;
const STOP_DEADLINE_MS = 10_000;

export interface PgBouncerOptions {
  /** A database of the Postgres behind it; each other database of that server can be named too. */
  readonly url: string;
  readonly mode: 'session' | 'transaction' | 'statement';
  /** How many sessions of Postgres all clients of one database share. */
  readonly poolSize: number;
  /** More settings of its section `[pgbouncer]`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PgBouncer {
  /** The database of the options, through the pooler. */
  readonly url: string;
  /** A URL of the same server, through the pooler. */
  through(url: string): string;
  close(): Promise<void>;
}

/** Where the program is; undefined where it is not installed. */
export function findPgBouncer(path = process.env.PATH ?? ''): string | undefined {
  const folders = [...path.split(delimiter).filter(Boolean), ...USUAL_FOLDERS];
  return folders.map((folder) => join(folder, 'pgbouncer')).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts one that knows the role of the URL. It refuses every start-up parameter that it does not track, as it does
 * without further settings.
 * @throws when it is not installed, or does not start.
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const command = findPgBouncer();
  if (command === undefined) throw new Error('pgbouncer is not installed: apt-get install pgbouncer');
  const temporary = createTempFolder();
  const folder = join(temporary, 'pgbouncer');
  // It refuses to run as root, as Postgres does.
  const account = chooseAccount(folder);
  makeOwnFolder(folder, account);
  const { daemon, port } = await startServer(options, { command, folder, account });
  const through = (url: string) => {
    const { pathname, username, search } = new URL(url);
    return `postgres://${username}@127.0.0.1:${port}${pathname}${search}`;
  };
  return {
    url: through(options.url),
    through,
    close: async () => {
      await daemon.stop(STOP_DEADLINE_MS);
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly command: string;
  readonly folder: string;
  readonly account: Account | undefined;
}

async function startServer(
  options: PgBouncerOptions,
  { command, folder, account }: Place,
): Promise<{ daemon: Daemon; port: number }> {
  const deadline = Date.now() + RETRY_MS;
  for (;;) {
    const port = await getPort();
    const file = join(folder, 'pgbouncer.ini');
    const users = join(folder, 'users.txt');
    writeFileSync(file, configurationOf(options, port, users));
    writeFileSync(users, usersOf(options.url));
    const daemon = await startDaemon({
      name: 'pgbouncer',
      command,
      args: [file],
      cwd: folder,
      logFile: `${folder}.log`,
      stopSignal: 'SIGTERM',
      account,
    });
    if (await isReady(port, new URL(options.url), daemon)) return { daemon, port };
    const lines = daemon.lastLines().join('\n');
    if (!/in use/i.test(lines) || Date.now() > deadline)
      throw new Error(`PgBouncer ended with ${await daemon.ended} instead of starting:\n${lines}`);
  }
}

function configurationOf({ url, mode, poolSize, settings }: PgBouncerOptions, port: number, users: string) {
  const { hostname, port: serverPort } = new URL(url);
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: users,
    pool_mode: mode,
    default_pool_size: String(poolSize),
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  return `[databases]\n* = host=${hostname} port=${serverPort || 5432}\n[pgbouncer]\n${lines.join('\n')}\n`;
}

function usersOf(url: string): string {
  const { username, password } = new URL(url);
  const quote = (text: string) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`;
  return `${quote(username)} ${quote(password)}\n`;
}

/** False when it ended instead; then another process may be what answers on the port. */
async function isReady(port: number, { pathname, username }: URL, daemon: Daemon): Promise<boolean> {
  const connectionString = `postgres://${username}@127.0.0.1:${port}${pathname}`;
  while (!daemon.hasEnded()) {
    const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return !daemon.hasEnded();
    } catch {
      await sleep(READY_POLL_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

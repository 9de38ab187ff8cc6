// A private Redis or Valkey on a free port of 127.0.0.1, with its data in a given folder. It ends with this process.
import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { type Claim, drop, hold, release } from './claim.ts';
import { type Daemon, startDaemon } from './daemon.ts';

const PROGRAMS = ['redis-server', 'valkey-server'];
/** BullMQ needs at least this version. */
const LEAST_VERSION = 6.2;

const READY_POLL_MS = 25;
const RETRY_MS = 15_000;
const STOP_DEADLINE_MS = 10_000;

export interface RedisOptions {
  readonly dir: string;
  /** `aof`: an append-only file, synced every second. `none`: all data is lost when it ends. */
  readonly persistence: 'aof' | 'none';
  /** Default: a free port. */
  readonly port?: number;
  readonly databases?: number;
  /** The PATH to search for the program. */
  readonly path?: string | undefined;
  /** Default: `<dir>.log`. */
  readonly logFile?: string | undefined;
}

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  /** Such as `Redis 7.0` or `Valkey 8.1`. */
  readonly version: string;
  readonly daemon: Daemon;
  /** Ends it by SIGKILL, like a crash. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly version: string;
}

/**
 * Starts a Redis; undefined when none of version 6.2 or newer is installed.
 * @throws AlreadyRunningError when a live server has the folder.
 */
export async function startRedis(options: RedisOptions): Promise<PrivateRedis | undefined> {
  const program = await findRedis(options.path ?? process.env.PATH ?? '');
  if (program === undefined) return undefined;
  mkdirSync(options.dir, { recursive: true });
  const claim: Claim = {
    name: `Redis on ${options.dir}`,
    file: `${options.dir}.claim`,
    // Redis changes its command line to `redis-server 127.0.0.1:<port>`.
    mark: '-server 127.0.0.1:',
    stopSignal: 'SIGTERM',
  };
  await release(claim);
  const { daemon, port } = await startServer(options, program.command, claim);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    version: program.version,
    daemon,
    kill: () => daemon.kill(),
    close: async () => {
      await daemon.stop(STOP_DEADLINE_MS);
      drop(claim);
    },
  };
}

/** The first program on the PATH that BullMQ can use. */
export async function findRedis(path: string): Promise<Program | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of PROGRAMS) {
      const program = await readProgram(join(folder, name));
      if (program) return program;
    }
  }
  return undefined;
}

async function readProgram(command: string): Promise<Program | undefined> {
  try {
    accessSync(command, constants.X_OK);
    const { stdout } = await promisify(execFile)(command, ['--version']);
    const [, product, version = ''] = /^(\w+).* v=(\d+\.\d+)/.exec(stdout) ?? [];
    return Number(version) >= LEAST_VERSION ? { command, version: `${product} ${version}` } : undefined;
  } catch {
    return undefined;
  }
}

async function startServer(
  options: RedisOptions,
  command: string,
  claim: Claim,
): Promise<{ daemon: Daemon; port: number }> {
  const deadline = Date.now() + RETRY_MS;
  for (;;) {
    const port = options.port ?? (await getPort());
    const daemon = await startDaemon({
      name: 'redis',
      command,
      args: settingsOf(port, options),
      logFile: options.logFile ?? `${options.dir}.log`,
      stopSignal: 'SIGTERM',
    });
    hold(claim, daemon.pid);
    if (await isReady(port, daemon)) return { daemon, port };
    const lines = daemon.lastLines().join('\n');
    if (!lines.includes('Address already in use') || Date.now() > deadline) {
      throw new Error(`Redis ended with ${await daemon.ended} instead of starting:\n${lines}`);
    }
    await sleep(250);
  }
}

function settingsOf(port: number, { dir, persistence, databases = 16 }: RedisOptions): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    databases: String(databases),
    // Eviction would drop jobs that no worker has applied yet.
    'maxmemory-policy': 'noeviction',
    save: '',
    appendonly: persistence === 'aof' ? 'yes' : 'no',
    appendfsync: 'everysec',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Waits until the append-only file is loaded. Returns false when the server ended instead. */
async function isReady(port: number, daemon: Daemon): Promise<boolean> {
  const redis = new Redis(port, '127.0.0.1', {
    retryStrategy: () => READY_POLL_MS,
    maxRetriesPerRequest: null,
  });
  redis.on('error', () => undefined);
  try {
    const answer = redis.info('server').then((info) => info.includes(`process_id:${daemon.pid}\r`));
    return await Promise.race([answer, daemon.ended.then(() => false)]);
  } finally {
    redis.disconnect();
  }
}

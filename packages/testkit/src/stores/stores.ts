import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { type PrivateRedis, startRedis } from './redis.ts';

export interface StoresOptions {
  /** Data is under `<root>/.timepoint`. */
  readonly root: string;
  /**
   * `DATABASE_URL` and `REDIS_URL` are used when set. `PATH` is searched for programs.
   * `TIMEPOINT_STORES=embedded` ignores the Postgres and the Redis of the machine.
   * `CH_STREAM_KEY` set means real data.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

export interface Stores {
  /** The folder of the data of this run. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** Undefined without a Redis: BullMQ then keeps the queues in Postgres. */
  readonly redisUrl: string | undefined;
  /** One line for the operator that names the stores. */
  readonly description: string;
  /** The servers that were started here. */
  readonly daemons: readonly Daemon[];
  close(): Promise<void>;
}

interface Store {
  readonly url: string | undefined;
  readonly description: string;
  readonly daemon?: Daemon;
  close(): Promise<void>;
}

/**
 * Opens the stores. A store is the server of its URL, else a private server with the program of the machine. Without a
 * program, Postgres comes from npm, and there is no Redis. A server that already runs on this computer is never used
 * without its URL.
 * @throws AlreadyRunningError when another process has the data open.
 */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const postgres = await openPostgres(options);
  const redis = await openRedis(options).catch(async (error: unknown) => {
    await postgres.close();
    throw error;
  });
  return {
    folder: dataFolder(options),
    databaseUrl: postgres.url ?? '',
    redisUrl: redis.url,
    description: `${postgres.description}, ${redis.description}`,
    daemons: [postgres.daemon, redis.daemon].filter((daemon) => daemon !== undefined),
    close: async () => {
      await Promise.all([redis.close(), postgres.close()]);
    },
  };
}

async function openPostgres(options: StoresOptions): Promise<Store> {
  const { env, log } = options;
  if (env.DATABASE_URL) return given(env.DATABASE_URL, 'Postgres of DATABASE_URL');
  const folder = dataFolder(options);
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    binaries: isEmbeddedWanted(env) ? 'embedded' : undefined,
    path: env.PATH ?? '',
    logFile: join(folder, 'logs', 'postgres.log'),
    log,
  });
  return { ...postgres, description: describePostgres(postgres) };
}

async function openRedis(options: StoresOptions): Promise<Store> {
  const { env } = options;
  if (env.REDIS_URL) return given(env.REDIS_URL, 'Redis of REDIS_URL');
  const folder = dataFolder(options);
  const redis = isEmbeddedWanted(env)
    ? undefined
    : await startRedis({
        dir: join(folder, 'redis'),
        persistence: 'aof',
        path: env.PATH ?? '',
        logFile: join(folder, 'logs', 'redis.log'),
      });
  return redis ? { ...redis, description: describeRedis(redis) } : given(undefined, 'queues in Postgres');
}

function given(url: string | undefined, description: string): Store {
  return { url, description, close: async () => undefined };
}

/**
 * Real and simulated data have separate folders, as they must never be in one database. The embedded Postgres has its
 * own folder too, as one version of Postgres can't read the data of another.
 */
function dataFolder({ root, env }: StoresOptions): string {
  return join(root, '.timepoint', env.CH_STREAM_KEY ? 'live' : '', isEmbeddedWanted(env) ? 'embedded' : '');
}

function isEmbeddedWanted(env: StoresOptions['env']): boolean {
  return env.TIMEPOINT_STORES === 'embedded';
}

function describePostgres({ kind, major }: Postgres): string {
  return `Postgres ${major} ${kind === 'embedded' ? 'from npm' : 'of this machine'} (private)`;
}

function describeRedis({ version }: PrivateRedis): string {
  return `${version} of this machine (private)`;
}

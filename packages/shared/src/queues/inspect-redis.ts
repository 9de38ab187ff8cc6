import { findRedisRisks, openStrictRedis, waitForRedis } from './redis.ts';

/** What a Redis tells of itself. */
export interface RedisReading {
  readonly isValkey: boolean;
  /** Of the Redis that it is, or that Valkey is compatible with. */
  readonly version: string;
  /** How it may lose jobs, as {@link findRedisRisks} tells; empty when all is well. */
  readonly risks: readonly string[];
  /** How far its clock is ahead of ours, in ms. */
  readonly aheadMs: number;
}

/** Opens a connection, asks, and closes it. Rejects when Redis can't be reached or refuses to tell. */
export async function inspectRedis(url: string): Promise<RedisReading> {
  const redis = openStrictRedis(url);
  try {
    await waitForRedis(redis);
    // Errors after the first are those of the same outage.
    redis.on('error', () => undefined);
    const [server, risks] = await Promise.all([redis.info('server'), findRedisRisks(redis)]);
    const askedAt = Date.now();
    const [seconds, microseconds] = await redis.time();
    const midway = (askedAt + Date.now()) / 2;
    return {
      isValkey: /server_name:valkey/.test(server),
      version: /redis_version:(\S+)/.exec(server)?.[1] ?? 'unknown',
      risks,
      aheadMs: Number(seconds) * 1000 + Number(microseconds) / 1000 - midway,
    };
  } finally {
    redis.on('error', () => undefined);
    redis.disconnect();
  }
}

/** What a Redis says when it refuses to write; null when it writes, or can't be reached. */
export async function findRedisRefusal(url: string, key: string): Promise<string | null> {
  const redis = openStrictRedis(url);
  try {
    await waitForRedis(redis);
    redis.on('error', () => undefined);
    // By a command of its own: a refusal ends the connection, and with it whatever else is asked.
    await redis.set(key, '', 'PX', KEPT_MS);
    return null;
  } catch (error) {
    return error instanceof Error && /^[A-Z]{3,} /.test(error.message) ? error.message : null;
  } finally {
    redis.on('error', () => undefined);
    redis.disconnect();
  }
}

const KEPT_MS = 60_000;

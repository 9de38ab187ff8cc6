import { findRedisRisks, openStrictRedis, waitForRedis } from './redis.ts';

/** The state of a Redis server. */
export interface RedisReading {
  readonly isValkey: boolean;
  /** The version of Redis, or the one that Valkey is compatible with. */
  readonly version: string;
  /** How it may lose jobs, from {@link findRedisRisks}; empty when it keeps them safely. */
  readonly risks: readonly string[];
  /** How far its clock is ahead of ours, in ms. */
  readonly aheadMs: number;
}

/** Reads the state of a Redis on a connection of its own. Rejects when Redis can't be reached or refuses to answer. */
export async function inspectRedis(url: string): Promise<RedisReading> {
  const redis = openStrictRedis(url);
  try {
    await waitForRedis(redis);
    // Later errors belong to the same outage.
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

/** The error with which a Redis refuses to write; null when it writes, or can't be reached. */
export async function findRedisRefusal(url: string, key: string): Promise<string | null> {
  const redis = openStrictRedis(url);
  try {
    await waitForRedis(redis);
    redis.on('error', () => undefined);
    // A refusal ends the connection and every other command on it, so this command runs alone.
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

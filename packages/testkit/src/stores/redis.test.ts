import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createTempFolder } from '../temp-folder.ts';
import { type PrivateRedis, type RedisOptions, startRedis } from './redis.ts';

let folder: string;
let opened: PrivateRedis[];

beforeEach(() => {
  folder = createTempFolder();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((redis) => redis.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<RedisOptions>): Promise<PrivateRedis> {
  const redis = await startRedis({ dir: join(folder, 'redis'), persistence: 'aof', ...options });
  if (redis === undefined) throw new Error('these tests need redis-server or valkey-server');
  opened.push(redis);
  return redis;
}

async function use<Result>(url: string, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

describe('a private Redis', () => {
  it('never evicts and keeps an append-only file', async () => {
    const { url } = await start({});
    const settings = await use(url, (redis) => redis.config('GET', '*'));
    expect(Object.fromEntries(pairs(settings as string[]))).toMatchObject({
      'maxmemory-policy': 'noeviction',
      appendonly: 'yes',
      bind: '127.0.0.1',
    });
  });

  it('comes back on the same port after a kill -9, with what the append-only file had', async () => {
    const first = await start({});
    await use(first.url, (redis) => redis.set('kept', '42'));
    await first.close();
    const second = await start({ port: first.port });
    await second.kill();
    const third = await start({ port: first.port });
    expect(third.url).toBe(first.url);
    expect(await use(third.url, (redis) => redis.get('kept'))).toBe('42');
  });

  it('without persistence comes back empty', async () => {
    const first = await start({ persistence: 'none' });
    await use(first.url, (redis) => redis.set('lost', '42'));
    await first.kill();
    const second = await start({ persistence: 'none', port: first.port });
    expect(await use(second.url, (redis) => redis.dbsize())).toBe(0);
  });
});

function* pairs(list: string[]): Generator<[string, string]> {
  for (let index = 0; index + 1 < list.length; index += 2) yield [list[index] ?? '', list[index + 1] ?? ''];
}

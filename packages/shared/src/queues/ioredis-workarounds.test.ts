import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { openPatientRedis, waitForRedis } from './redis.ts';

// When a test here fails after an update of ioredis, the workaround reaches for what is gone, and does nothing any more.
(hasTestRedis() ? describe : describe.skip)('Timepoint, reaching into ioredis,', () => {
  let proxy: TestProxy;
  beforeEach(async () => {
    proxy = await startTestProxy(testRedisUrl());
  });
  afterEach(() => proxy.close());

  /** Loses the connection while a command waits for its answer. */
  const lose = async () => {
    const redis = openPatientRedis(proxy.url).on('error', () => undefined);
    await waitForRedis(redis);
    const ending = redis.blpop(`${uniquePrefix()}:none`, 0).catch(({ message }: Error) => message);
    const reconnecting = once(redis, 'reconnecting');
    // The command must have left before the connection is lost.
    await redis.duplicate().ping();
    proxy.cut();
    await reconnecting;
    return { redis, ending };
  };

  it('finds the commands that had no answer when the connection was lost', async () => {
    const { redis } = await lose();
    const { prevCommandQueue } = redis as unknown as {
      prevCommandQueue: { toArray(): { command: { name: string; reject(error: Error): void } }[] };
    };
    const [{ command } = { command: undefined }] = prevCommandQueue.toArray();
    expect(command?.name).toBe('blpop');
    expect(command?.reject).toBeInstanceOf(Function);
    redis.disconnect();
  });

  it('ends a connection that is lost, its commands and its duplicates', async () => {
    const { redis, ending } = await lose();
    const duplicate = redis.duplicate().on('error', () => undefined);
    const ended = Promise.all([once(redis, 'end'), once(duplicate, 'end')]);
    redis.disconnect();
    expect(await ending).toBe('Connection is closed.');
    await ended;
    expect([redis.status, duplicate.status]).toEqual(['end', 'end']);
  });
});

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hasTestRedis, uniquePrefix } from '@timepoint/testkit/private-redis';
import { type PrivateRedis, startRedis } from '@timepoint/testkit/stores/redis';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { until } from '@timepoint/testkit/until';
import { createLogger } from '../platform/logger.ts';
import { openQueues } from './queues.ts';
import { readQueues } from './read-queues.ts';
import { openPatientRedis, openStrictRedis, type Redis, waitForRedis } from './redis.ts';

/** One of our own, as it is to be spoilt. */
let server: PrivateRedis;
let redis: Redis;
const folder = createTempFolder();

(hasTestRedis() ? describe : describe.skip)('Timepoint, with a Redis that answers and takes nothing,', () => {
  beforeAll(async () => {
    const started = await startRedis({ dir: join(folder, 'redis'), persistence: 'none' });
    if (started === undefined) throw new Error('no redis-server is installed');
    server = started;
    redis = openStrictRedis(server.url);
    await waitForRedis(redis);
  });
  afterEach(async () => {
    await redis.config('SET', 'maxmemory', '0');
    await redis.replicaof('NO', 'ONE');
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes its queues for lost while it is full', async () => {
    const logger = createLogger({ name: 'test', level: 'silent' });
    const queues = await openQueues({ redisUrl: server.url, prefix: uniquePrefix() }, logger);
    await readQueues(queues);
    await redis.config('SET', 'maxmemory', '1');
    await expect(readQueues(queues)).rejects.toThrow(/OOM/);
    await redis.config('SET', 'maxmemory', '0');
    await readQueues(queues);
    await queues.close();
  });

  it('connects again to one that became a replica, as the name may lead to another by now', async () => {
    const [strict, patient] = [openStrictRedis(server.url), openPatientRedis(server.url)];
    await Promise.all([strict, patient].map(waitForRedis));
    await redis.replicaof('127.0.0.1', '9');
    const closed = Promise.all([once(strict, 'close'), once(patient, 'close')]);
    await expect(strict.set('a', '1')).rejects.toThrow(/READONLY/);
    const set = patient.set('b', '2');
    await closed;
    await redis.replicaof('NO', 'ONE');
    expect(await set).toBe('OK');
    await until(() => strict.set('a', '1').catch(() => null));
    for (const connection of [strict, patient]) connection.disconnect();
  });

  it('gives up a connection on which nothing comes any more', async () => {
    const strict = openStrictRedis(server.url).on('error', () => undefined);
    await waitForRedis(strict);
    process.kill(server.daemon.pid, 'SIGSTOP');
    const answer = strict.ping().catch((error: Error) => error.message);
    await new Promise((resolve) => strict.once('close', resolve));
    process.kill(server.daemon.pid, 'SIGCONT');
    expect(await answer).toMatch(/timed out/);
    await until(() => strict.ping().catch(() => null));
    strict.disconnect();
  });
});

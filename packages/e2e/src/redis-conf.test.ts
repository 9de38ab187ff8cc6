import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findRedisRisks, openPatientRedis, type Redis, waitForRedis } from '@timepoint/shared/queues/redis';
import { type Daemon, startDaemon } from '@timepoint/testkit/stores/daemon';
import { findRedis } from '@timepoint/testkit/stores/redis';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import getPort from 'get-port';

const CONFIG = fileURLToPath(new URL('../../../infra/redis.conf', import.meta.url));

let folder: string;
let daemon: Daemon;
let redis: Redis;

beforeAll(async () => {
  const program = await findRedis(process.env.PATH ?? '');
  if (program === undefined) throw new Error('these tests need redis-server or valkey-server');
  folder = createTempFolder();
  mkdirSync(join(folder, 'data'));
  const port = await getPort();
  // Only where it is differs from the container.
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', join(folder, 'data')];
  daemon = await startDaemon({
    name: 'redis',
    command: program.command,
    args: [CONFIG, ...place],
    logFile: join(folder, 'redis.log'),
    stopSignal: 'SIGTERM',
  });
  redis = openPatientRedis(`redis://127.0.0.1:${port}`);
  redis.on('error', () => undefined);
  await redis.ping();
  await waitForRedis(redis);
});

afterAll(async () => {
  redis.disconnect();
  await daemon.stop(10_000);
  rmSync(folder, { recursive: true, force: true });
});

describe('Timepoint, on a Redis with its redis.conf,', () => {
  it.each([
    ['maxmemory-policy', 'noeviction'],
    ['maxmemory', String(1024 ** 3)],
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    ['save', ''],
    ['protected-mode', 'no'],
  ])('finds %s set to "%s"', async (name, value) => {
    expect(await redis.config('GET', name)).toEqual([name, value]);
  });

  it('finds nothing that could cost it a job', async () => {
    expect(await findRedisRisks(redis)).toEqual([]);
  });
});

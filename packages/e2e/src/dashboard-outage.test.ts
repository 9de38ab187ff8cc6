import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PrivateRedis, startRedis } from '@timepoint/testkit/stores/redis';
import { until } from '@timepoint/testkit/until';
import { shutDatabase } from './shut-database.ts';
import { type System, startSystem } from './system.ts';

let redis: PrivateRedis;
let system: System;
let dashboard: string;

async function openRedis(dir: string, port?: number): Promise<PrivateRedis> {
  const opened = await startRedis({ persistence: 'none', dir, ...(port === undefined ? {} : { port }) });
  if (opened === undefined) throw new Error('this test needs redis-server or valkey-server on the PATH');
  return opened;
}

beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'timepoint-e2e-redis-'));
  redis = await openRedis(dir);
  system = await startSystem({ redisUrl: redis.url });
  const service = await system.start('dashboard');
  const [, port] = await service.printed(/"port":(\d+).*"msg":"dashboard started"/);
  dashboard = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  await system.close();
  await redis.close();
});

const page = async () => (await fetch(dashboard)).text();
const readiness = async () => (await fetch(`${dashboard}/health/ready`)).status;

describe('Timepoint, whose stores go away under the dashboard,', () => {
  it('says that the queues can not be reached, lives, and shows them again when they are back', async () => {
    expect(await page()).toContain('>maintenance</a>');
    expect(await readiness()).toBe(200);
    const { port } = redis;
    await redis.kill();
    await until(async () =>
      (await page()).includes('The queues can not be reached: nothing new can arrive.'),
    );
    expect(await readiness()).toBe(503);
    expect((await fetch(`${dashboard}/health/live`)).status).toBe(200);
    redis = await openRedis(await mkdtemp(join(tmpdir(), 'timepoint-e2e-redis-')), port);
    await until(async () => (await page()).includes('>maintenance</a>'));
    await until(async () => (await readiness()) === 200);
  });

  it('says that Postgres can not be reached, and shows it again when it is back', async () => {
    const openAgain = await shutDatabase(system);
    await until(async () =>
      (await page()).includes('Postgres can not be reached: events wait in the queue.'),
    );
    expect(await readiness()).toBe(503);
    await openAgain();
    await until(async () => !(await page()).includes('Postgres can not be reached'));
    expect(await readiness()).toBe(200);
  });
});

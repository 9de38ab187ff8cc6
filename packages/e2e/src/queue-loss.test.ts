import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type PrivateRedis, startRedis } from '@timepoint/testkit/stores/redis';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
let redis: PrivateRedis;

afterEach(async () => {
  await system.close();
  await redis.close();
});

async function openRedis(options: {
  persistence: 'aof' | 'none';
  dir: string;
  port?: number;
}): Promise<PrivateRedis> {
  const opened = await startRedis(options);
  if (opened === undefined) throw new Error('this test needs redis-server or valkey-server on the PATH');
  return opened;
}

async function startOn(persistence: 'aof' | 'none') {
  const dir = await mkdtemp(join(tmpdir(), 'timepoint-e2e-redis-'));
  redis = await openRedis({ persistence, dir });
  system = await startSystem({ redisUrl: redis.url, simulator: { SIMULATOR_BACKLOG: '1000' } });
  await system.registerFromFirst();
  const services = await Promise.all([system.start('worker'), system.start('ingestor')]);
  await system.simulate('rate', { eventsPerSecond: 300 });
  const open = async () => {
    redis = await openRedis({ persistence, dir, port: redis.port });
  };
  const crash = async () => {
    await redis.kill();
    await open();
  };
  return { services, open, crash };
}

const advanceBy = async (events: number) => {
  const goal = (await system.newest()) + events;
  await until(async () => (await system.newest()) >= goal);
};

describe('Timepoint', () => {
  it('heals by itself when Redis is wiped in the middle, again and again', async () => {
    const { crash } = await startOn('none');
    for (let wipe = 0; wipe < 3; wipe++) {
      await advanceBy(500);
      await crash();
    }
    await advanceBy(500);
    await system.simulate('rate', { eventsPerSecond: 0 });
    await expectExactCopy(system);
  }, 200_000);

  it('loses nothing when Redis is killed and forgets its last second', async () => {
    const { crash } = await startOn('aof');
    for (let kill = 0; kill < 3; kill++) {
      await advanceBy(500);
      await crash();
    }
    await advanceBy(500);
    await system.simulate('rate', { eventsPerSecond: 0 });
    await expectExactCopy(system);
  }, 200_000);

  it('stops in good time and loses nothing while Redis is away', async () => {
    const { services, open } = await startOn('none');
    await advanceBy(500);
    await redis.kill();
    const ends = await Promise.all(services.map((service) => service.terminate()));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    await open();
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await advanceBy(500);
    await system.simulate('rate', { eventsPerSecond: 0 });
    await expectExactCopy(system);
  }, 200_000);

  it('reads again what was lost between the queue and the database', async () => {
    await startOn('none');
    await advanceBy(500);
    await system.simulate('rate', { eventsPerSecond: 0 });
    await until(async () => (await system.watermark()) === (await system.status()).newest.companies);
    const newest = (await system.status()).newest.companies;
    // As if a job had been evicted: the coverage and the rows of some events in the middle are gone.
    await system.sql.query(
      `update ingest.coverage set covered = covered - '{[${newest - 200},${newest - 100})}'::int8multirange`,
    );
    await system.sql.query('delete from ingest.events where timepoint >= $1 and timepoint < $2', [
      newest - 200,
      newest - 100,
    ]);
    await expectExactCopy(system);
    // Gaps between batches that overtake each other are noted for a moment, too, but never asked for again.
    const { rows } = await system.sql.query('select cause, state from ingest.holes where attempts > 0');
    expect(rows).toEqual([{ cause: 'downstream', state: 'repaired' }]);
    expect(await system.newest()).toBeGreaterThan(FIRST);
  }, 120_000);
});

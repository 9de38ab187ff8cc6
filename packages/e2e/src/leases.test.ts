import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
afterEach(() => system.close());

const connectedAgain = async (connectionsOpened: number) => {
  const startedAt = Date.now();
  await until(async () => (await system.status()).connectionsOpened > connectionsOpened);
  return Date.now() - startedAt;
};

describe('Timepoint, with two ingestors,', () => {
  it('hands a stream over at once at a SIGTERM and within 20 s of a kill', async () => {
    system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '100' } });
    await system.registerFromFirst();
    await system.start('worker');
    const first = await system.start('ingestor');
    await until(async () => (await system.newest()) >= FIRST + 99);
    const second = await system.start('ingestor');
    await system.simulate('rate', { eventsPerSecond: 200 });

    const { connectionsOpened: before } = await system.status();
    const [terminated, handedOver] = await Promise.all([first.terminate(), connectedAgain(before)]);
    expect(terminated.code).toBe(0);
    // Handed over, not taken over: that takes the 8 s that a lease lasts.
    expect(handedOver).toBeLessThan(5_000);

    await system.start('ingestor');
    const { connectionsOpened: between, connections } = await system.status();
    expect(connections).toHaveLength(1);
    const [, tookOver] = await Promise.all([second.kill(), connectedAgain(between)]);
    expect(tookOver).toBeLessThan(20_000);

    await system.simulate('rate', { eventsPerSecond: 0 });
    await expectExactCopy(system);
  }, 120_000);
});

describe('Timepoint, asked to stop by SIGTERM,', () => {
  it('finishes what it has in hand, ends with code 0, and goes on from there', async () => {
    system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '20000' } });
    await system.registerFromFirst();
    let worker = await system.start('worker');
    let ingestor = await system.start('ingestor');
    for (const goal of [2_000, 6_000, 10_000]) {
      await until(async () => (await system.newest()) >= FIRST + goal);
      const endings = await Promise.all([worker.terminate(), ingestor.terminate()]);
      expect(endings.map((ending) => ending.code)).toEqual([0, 0]);
      expect(Math.max(...endings.map((ending) => ending.tookMs))).toBeLessThan(10_000);
      const ours = `datname = current_database() and application_name = 'timepoint'`;
      await until(
        async () => (await system.sql.query(`select from pg_stat_activity where ${ours}`)).rowCount === 0,
      );
      [worker, ingestor] = await Promise.all([system.start('worker'), system.start('ingestor')]);
    }
    await expectExactCopy(system);
  }, 120_000);
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
afterEach(() => system.close());

const faults = {
  seed: 11,
  chunking: 'random',
  crlf: true,
  duplicateRate: 0.01,
  malformedRate: 0.005,
  heartbeatRate: 0.02,
  disconnectRate: 0.001,
  endRate: 0.0005,
  errorLineRate: 0.00005,
} as const;

describe('Timepoint', () => {
  it('ends equal to the truth after 20,000 events over a line that cuts, repeats, breaks and babbles', async () => {
    system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '500', SIMULATOR_SEED: '42' } });
    await system.setFaults({ ...faults, chunking: 'bytes' });
    await system.registerFromFirst();
    await Promise.all([system.start('worker'), system.start('worker'), system.start('ingestor')]);
    await until(async () => (await system.newest()) >= FIRST + 499);
    await system.setFaults({ ...faults, seed: 12 });
    await system.simulate('rate', { eventsPerSecond: 1_000 });
    await until(async () => (await system.status()).newest.companies >= FIRST + 5_000);
    await system.simulate('rate', { eventsPerSecond: 0 });
    const { newest } = await system.status();
    await system.simulate('emit', { count: FIRST + 19_999 - newest.companies });
    await expectExactCopy(system);
    expect((await system.status()).connectionsOpened).toBeGreaterThan(5);
    const stray = await system.sql.query(
      'select count(*)::int from ingest.dead_letters where timepoint is null',
    );
    expect(stray.rows[0].count).toBeGreaterThan(20);
  }, 300_000);

  it('ends equal to the truth without a Redis, on queues in Postgres', async () => {
    system = await startSystem({
      redisUrl: null,
      simulator: { SIMULATOR_BACKLOG: '3000', SIMULATOR_SEED: '43' },
    });
    await system.setFaults({ ...faults, disconnectRate: 0.002 });
    await system.registerFromFirst();
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await expectExactCopy(system);
  }, 200_000);
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { runTimepoint } from './service-process.ts';
import { FIRST, type System, startSystem } from './system.ts';

const RETENTION_EVENTS = 300;
// Gaps between batches that are being applied are noted for a moment, too.
const EXPIRED = `select after::int, up_to::int, state from ingest.holes where cause = 'expired'`;

let system: System;
beforeEach(async () => {
  system = await startSystem({
    simulator: { SIMULATOR_BACKLOG: '200', SIMULATOR_RETENTION_EVENTS: String(RETENTION_EVENTS) },
  });
  await system.registerFromFirst();
});
afterEach(() => system.close());

const rewind = (timepoint: number, ...options: string[]) =>
  runTimepoint(['rewind', 'companies', String(timepoint), ...options], system.env);
const isUpToDate = async () => (await system.watermark()) === (await system.status()).newest.companies;
const select = async (text: string, values: unknown[] = []) => (await system.sql.query(text, values)).rows;

describe('Timepoint, asked to read a stream again,', () => {
  it('fills a hole whose events the publisher has after all, and changes nothing else', async () => {
    const lost = FIRST + 100;
    await system.setFaults({ skip: [{ timepoint: lost, times: null }] });
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(isUpToDate);
    const hole = { after: String(lost - 1), up_to: String(lost), state: 'accepted' };
    const jumps = `select after, up_to, state from ingest.holes where cause <> 'downstream'`;
    expect(await select(jumps)).toEqual([hole]);
    expect(await select('select from ingest.events where timepoint = $1', [lost])).toEqual([]);

    await system.setFaults({});
    const { code, output } = await rewind(lost);
    expect(output).toMatch(new RegExp(`^companies is read again from ${lost} to \\d+, within seconds`));
    expect(code).toBe(0);
    await until(
      async () => (await select('select from ingest.events where timepoint = $1', [lost])).length > 0,
    );
    await until(
      async () => (await select('select 1 from ingest.audit where what = $1', ['rewind'])).length > 0,
    );
    await expectExactCopy(system);
  }, 120_000);

  it('goes on live when the publisher has forgotten the position, and says what was missed', async () => {
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(isUpToDate);
    await system.simulate('rate', { eventsPerSecond: 100 });
    await until(async () => (await system.newest()) > FIRST + 2 * RETENTION_EVENTS);
    const before = await system.newest();
    await system.simulate('rate', { eventsPerSecond: 20 });
    expect((await rewind(FIRST, '--force')).code).toBe(0);
    await until(async () => (await select(EXPIRED)).length > 0);
    await system.simulate('rate', { eventsPerSecond: 0 });
    await until(isUpToDate);
    const [hole, ...others] = await select(EXPIRED);
    expect(others).toEqual([]);
    expect(hole).toMatchObject({ state: 'accepted' });
    expect(hole.after).toBeGreaterThanOrEqual(before);

    // What was published in these seconds can still be had.
    expect((await rewind(hole.after)).code).toBe(0);
    const filled = 'select from ingest.events where timepoint > $1 and timepoint <= $2';
    const size = hole.up_to - hole.after;
    await until(async () => (await select(filled, [hole.after, hole.up_to])).length === size);
  }, 120_000);
});

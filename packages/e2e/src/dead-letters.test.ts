import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { runTimepoint } from './service-process.ts';
import { FIRST, type System, startSystem } from './system.ts';

let system: System;
afterEach(() => system.close());

const timepoint = (args: string) => runTimepoint(args.split(' '), system.env);
const letters = async (state: string) =>
  (await system.sql.query('select count(*)::int from ingest.dead_letters where state = $1', [state])).rows[0]
    .count;
const untried = async () =>
  (
    await system.sql.query(
      `select count(*)::int from ingest.dead_letters where state = 'open' and attempts < 2`,
    )
  ).rows[0].count;

describe('Timepoint, whose operator made the database refuse a group of events,', () => {
  it('goes on with the others, and after the cure replays the group and is exact again', async () => {
    system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '2000', SIMULATOR_SEED: '7' } });
    await system.sql.query(
      `alter table register.companies add constraint no_llp check (data ->> 'type' is distinct from 'llp')`,
    );
    await system.registerFromFirst();
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(async () => (await system.watermark()) === FIRST + 1_999);
    const open = await letters('open');
    expect(open).toBeGreaterThan(10);
    // Workers try each letter once by themselves: cured earlier, some would be replayed without being asked for.
    await until(async () => (await untried()) === 0);
    expect((await timepoint('verify')).code).toBe(1);
    const listed = await timepoint('dead-letters list --json');
    expect(JSON.parse(listed.output)).toMatchObject([{ reason: 'rejected', path: 'no_llp', letters: open }]);
    const before = await timepoint('dead-letters replay --all --dry-run');
    expect(before).toMatchObject({ code: 1, output: expect.stringContaining(`0 of ${open} would pass now`) });

    await system.sql.query('alter table register.companies drop constraint no_llp');
    await system.simulate('emit', { count: 2_000 });
    await until(async () => (await system.watermark()) === FIRST + 3_999);
    const left = await letters('open');
    expect(left).toBeLessThan(open);
    const after = await timepoint('dead-letters replay --all --dry-run');
    expect(after).toMatchObject({ code: 0, output: `${left} of ${left} would pass now\n` });
    await system.start('worker');
    for (const state of ['superseded', 'open']) {
      const replay = await timepoint(`dead-letters replay --all --state ${state}`);
      expect(replay).toMatchObject({ code: 0, output: expect.stringMatching(/were applied\n$/) });
    }
    expect((await timepoint('verify')).code).toBe(0);
    await expectExactCopy(system);
  }, 120_000);
});
